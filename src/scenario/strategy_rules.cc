#include "scenario/strategy_rules.h"

#include <fmt/format.h>

#include <array>

namespace hitbench {
namespace {

bool queues_in(const Combination& row, std::string_view where) {
  return row.has("on_write", "behind") && row.strategy.params.part("on_write").params.text("queue_in") == where;
}

constexpr std::array kRules = {
    StrategyRule{"locked-write-needs-guard-lock", "on_write lock needs guard lock: loads must take the same lock",
                 [](const Combination& row) { return row.has("on_write", "lock") && !row.has("guard", "lock"); }},
    StrategyRule{"locked-write-needs-locked-fill",
                 "on_write lock needs fill locked: a fill without the lock undoes what the lock was for",
                 [](const Combination& row) { return row.has("on_write", "lock") && !row.has("fill", "locked"); }},
    StrategyRule{"locked-fill-needs-guard-lock", "fill locked needs guard lock: there is no other lock to hold",
                 [](const Combination& row) { return row.has("fill", "locked") && !row.has("guard", "lock"); }},
    StrategyRule{"queue-in-redis-needs-redis",
                 "on_write behind with queue_in redis needs the cache redis: no other has a queue, a shared memory "
                 "cache neither",
                 [](const Combination& row) { return queues_in(row, "redis") && !row.cache.traits.write_queue; }},
    StrategyRule{"single-flight-needs-fibers",
                 "guard single-flight needs model fiber: with threads each client is a process of its own, with no "
                 "other to join",
                 [](const Combination& row) { return row.has("guard", "single-flight") && row.separates_clients(); }},
    StrategyRule{"process-queue-needs-fibers",
                 "on_write behind with queue_in process needs model fiber: with threads each client has its own queue",
                 [](const Combination& row) { return queues_in(row, "process") && row.separates_clients(); }},
    StrategyRule{"memory-needs-fibers",
                 "the cache memory needs model fiber: with threads each client has a cache of its own",
                 [](const Combination& row) { return row.cache.traits.in_process && row.separates_clients(); }},
    StrategyRule{"ttl-from-access-excludes-refresh",
                 "ttl_from access excludes refresh ahead: every hit restarts the TTL, so its end never comes near",
                 [](const Combination& row) {
                   return row.has("refresh", "ahead") && row.strategy.params.has("ttl_from") &&
                          row.strategy.params.text("ttl_from") == "access";
                 }},
    StrategyRule{
        "batch-needs-closed-loop",
        "batch needs the closed loop: a client that groups its reads decides when they arrive",
        [](const Combination& row) { return row.batches() && !row.scenario.workload.arrivals.traits.closed_loop(); }},
    StrategyRule{"batch-needs-reads", "batch needs a mix of reads alone: only reads can be grouped",
                 [](const Combination& row) { return row.batches() && row.scenario.workload.mix.read < 1; }},
    StrategyRule{"batch-excludes-ttl-from-access",
                 "batch excludes ttl_from access: the hits of a batch are not written back",
                 [](const Combination& row) {
                   return row.batches() && row.strategy.params.has("ttl_from") &&
                          row.strategy.params.text("ttl_from") == "access";
                 }},
};

void check(const Combination& row, const Location& location) {
  for (const StrategyRule& rule : kRules) {
    if (!rule.broken(row)) continue;
    location.fail(
        fmt::format("{} over {} breaks the rule {}: {}", row.strategy.name, row.cache.name, rule.name, rule.words),
        "`hitbench list rules` prints all rules");
  }
}

}  // namespace

bool Combination::has(std::string_view name, std::string_view wanted) const {
  const Params& params = strategy.params;
  if (!params.has(name)) return false;
  return name == "fill" ? params.text(name) == wanted : params.part(name).type == wanted;
}

bool Combination::batches() const { return strategy.params.has("batch") && strategy.params.integer("batch") > 1; }

bool Combination::separates_clients() const {
  return scenario.app.clients > 1 && (scenario.app.thread_model || cache.traits.blocks_thread);
}

std::span<const StrategyRule> strategy_rules() { return kRules; }

void check_strategy_rules(const Scenario& scenario, const Location& root) {
  for (size_t i = 0; i < scenario.strategies.size(); ++i) {
    if (scenario.strategies[i].traits.without_cache) continue;
    for (const Part& cache : scenario.caches) {
      if (!cache.traits.holds_nothing) check({scenario, scenario.strategies[i], cache}, (root / "strategies").at(i));
    }
  }
}

}  // namespace hitbench
