#include "app/compose.h"

#include "registry.h"
#include "strategy/guard.h"
#include "strategy/refresh.h"
#include "strategy/write_path.h"

namespace hitbench {

std::unique_ptr<Strategy> compose_strategy(const Part& strategy, StrategyContext context, const Registry& registry) {
  context.make_guard = [&registry](const Part& part, const Composition& with) {
    return row_named(registry.guards, part.type).make(part.params, with);
  };
  context.make_write_path = [&registry](const Part& part, const Composition& with) {
    return row_named(registry.write_paths, part.type).make(part.params, with);
  };
  context.make_refresh = [&registry](const Part& part, const Ttl& ttl) {
    return row_named(registry.refreshes, part.type).make(part.params, ttl);
  };
  return row_named(registry.strategies, strategy.type).make(strategy.params, context);
}

}  // namespace hitbench
