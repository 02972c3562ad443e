// The makers of trace readers: for registry.cc and tests only.
#pragma once

#include <memory>
#include <string>

#include "workload/trace/reader.h"

namespace hitbench {

std::unique_ptr<TraceReader> make_keys_reader(const std::string& path);

}  // namespace hitbench
