#include "engine/compose.h"

#include "registry.h"
#include "strategy/guard.h"
#include "strategy/refresh.h"
#include "strategy/write_path.h"

namespace hitbench {

std::unique_ptr<Strategy> compose_strategy(const Part& strategy, StrategyContext context, const Registry& registry) {
  context.make_guard = [](const Part& part, const Composition& with) {
    return row_named(hitbench::registry().guards, part.type).make(part.params, with);
  };
  context.make_write_path = [](const Part& part, const Composition& with) {
    return row_named(hitbench::registry().write_paths, part.type).make(part.params, with);
  };
  context.make_refresh = [](const Part& part, Duration ttl) {
    return row_named(hitbench::registry().refreshes, part.type).make(part.params, ttl);
  };
  return row_named(registry.strategies, strategy.type).make(strategy.params, context);
}

}  // namespace hitbench
