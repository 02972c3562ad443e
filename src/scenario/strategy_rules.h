// Which parts of a strategy go together, with each other and with a cache: one table of named rules. Everything that
// no rule refuses is legal. `hitbench list rules` prints them.
#pragma once

#include <span>
#include <string_view>

#include "scenario/location.h"
#include "scenario/scenario.h"

namespace hitbench {

// A row as it would run.
struct Combination {
  const Scenario& scenario;
  const Part& strategy;
  const Part& cache;

  // Whether the strategy's field `name` is the part or the word `wanted`.
  bool has(std::string_view name, std::string_view wanted) const;
  // The strategy groups its reads.
  bool batches() const;
  // Several clients, and each of them a process of its own.
  bool separates_clients() const;
};

struct StrategyRule {
  std::string_view name;
  std::string_view words;
  bool (*broken)(const Combination&);
};

std::span<const StrategyRule> strategy_rules();

// Fails with the first rule that a row of the scenario breaks.
void check_strategy_rules(const Scenario& scenario, const Location& root);

}  // namespace hitbench
