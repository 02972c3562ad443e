// Makes the strategy that a row names, with what its parts are made by: strategies do not see the registry.
#pragma once

#include <memory>

#include "base/part.h"
#include "strategy/strategy.h"

namespace hitbench {

struct Registry;

std::unique_ptr<Strategy> compose_strategy(const Part& strategy, StrategyContext context, const Registry& registry);

}  // namespace hitbench
