#include "workload/trace/reader.h"

#include "registry.h"

namespace hitbench {

std::unique_ptr<TraceReader> open_trace(std::string_view format, const std::string& path, const Registry& registry) {
  return row_named(registry.traces, format).make(path);
}

}  // namespace hitbench
