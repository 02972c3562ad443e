// The scenario that a command line gives: a file, or flags that are one (cli/flags.h), or the built-in one; changed by
// flags and --set.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "engine/plan.h"
#include "judge/condition.h"
#include "scenario/scenario.h"

namespace hitbench {

// What it is called in messages: the file, "command line" or "quickstart".
std::string name_of_given(const std::string& file, const Options& options);

// `file` may be empty. The points of its sweep, each changed by `at_points`.
std::vector<Scenario> scenario_of(const std::string& file, const Options& options,
                                  const std::vector<std::string>& at_points = {});
// That of the only file, if there is one.
std::vector<Scenario> scenario_of(const Options& options, const std::vector<std::string>& at_points = {});

std::vector<std::string> names_of(const std::vector<RowPlan>& rows);

// A scenario that may run: planned, its thresholds and answers understood, its programs not refused.
struct GivenRun {
  std::vector<Scenario> points;
  std::vector<RowPlan> rows;
  std::vector<Condition> thresholds;  // those of --threshold, too
};
GivenRun given_run(const std::string& file, const Options& options);
GivenRun given_run(const Options& options);  // of the only file, if there is one

// --write-scenario: the scenario with every default filled in, so that it makes the same plan wherever the file is.
int write_scenario(const Options& options);

}  // namespace hitbench
