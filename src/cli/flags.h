// Options of `run` and `check`, one of them of `gate` too, that say what a scenario would, for the common case: each
// stands for one field. They change a scenario that is given; without one they are a scenario, whose other fields have
// the reader's defaults.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/options.h"
#include "scenario/json_text.h"
#include "scenario/scenario.h"

namespace hitbench {

struct ScenarioFlag {
  const char* name;      // "--keys"
  const char* form;      // what its word is, in the help
  const char* fallback;  // what holds without it, as one would type it; empty: nothing that could be typed
  const char* path;      // the field, as in TypedField
  const char* kind;      // as in TypedField
  const char* help;
  Json (*value)(const std::string& word);  // throws Error{usage}; what it lets pass, the scenario reader checks
  bool of_gate = false;                    // `gate` has it as well, for both of its sides
};

std::span<const ScenarioFlag> scenario_flags();

// What the flags change, in the order of the table. Where they are the scenario, a strategy that could do without its
// cache gets the row to compare it with: the baseline without a cache.
std::vector<TypedField> fields_of(const std::vector<Options::Flag>& flags, bool have_scenario);

// What stands on the command line about the scenario: --set and flags.
std::vector<std::string> words_typed(const Options& options);

}  // namespace hitbench
