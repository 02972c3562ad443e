// The backends' makers and their fields: for registry.cc and tests only.
#pragma once

#include <memory>
#include <vector>

#include "base/part.h"
#include "cache/cache.h"

namespace hitbench {

std::unique_ptr<Backend> make_none(const Params& params, const BackendContext& context);

std::unique_ptr<Backend> make_memory(const Params& params, const BackendContext& context);
std::vector<Field> memory_fields();

}  // namespace hitbench
