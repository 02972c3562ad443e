// The strategies' makers: for registry.cc and tests only.
#pragma once

#include <memory>

#include "base/part.h"
#include "strategy/strategy.h"

namespace hitbench {

std::unique_ptr<Strategy> make_no_cache(const Params& params, const StrategyContext& context);
std::unique_ptr<Strategy> make_direct(const Params& params, const StrategyContext& context);
std::unique_ptr<Strategy> make_cache_aside(const Params& params, const StrategyContext& context);

std::vector<Field> direct_fields();
std::vector<Field> cache_aside_fields();

}  // namespace hitbench
