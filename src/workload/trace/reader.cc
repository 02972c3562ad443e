#include "workload/trace/reader.h"

#include "registry.h"

namespace hitbench {

std::unique_ptr<TraceReader> open_trace(const std::string& format, const std::string& path, const Registry& registry) {
  const TraceRow& row = row_named(registry.traces, format);
  return row.make({.bytes = open_bytes(path), .name = path, .layout = std::string(row.layout)});
}

}  // namespace hitbench
