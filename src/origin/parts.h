// The origins' makers and their fields: for registry.cc and tests only.
#pragma once

#include <memory>
#include <vector>

#include "base/part.h"
#include "origin/origin.h"

namespace hitbench {

std::unique_ptr<OriginServer> make_simulated(const Params& params, const OriginContext& context);
std::vector<Field> simulated_fields();

std::unique_ptr<OriginServer> make_sqlite(const Params& params, const OriginContext& context);
std::vector<Field> sqlite_fields();

}  // namespace hitbench
