// What a scenario will run: one row for every legal combination of strategy, cache, origin and sweep point.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenario/scenario.h"

namespace hitbench {

struct Registry;

struct RowPlan {
  std::string name;  // "cache-aside/redis", with "/origin" where a scenario has several and "?sweep" in a sweep
  std::shared_ptr<const Scenario> scenario;  // at this point of the sweep
  Part strategy, cache, origin;
  bool has_cache = true;   // false: strategy none
  bool has_origin = true;  // false: strategy direct

  bool open() const { return scenario->workload.arrivals.type == "open"; }
  bool barrier() const { return scenario->workload.arrivals.type == "barrier"; }
  // The barriers of one round: each releases every client once.
  uint64_t barriers_per_round() const;
  Duration round_duration() const;
  uint64_t round_operations() const;  // in all; 0 where the duration decides
};

// Throws Error{usage} for two rows of one name, or for parts that cannot be combined.
std::vector<RowPlan> make_plan(const std::vector<Scenario>& points);

// The plan in words, for `hitbench check`: rows, operations, memory, time.
std::string describe_plan(const std::vector<RowPlan>& rows, const Registry& registry);

}  // namespace hitbench
