#include <fmt/format.h>

#include <filesystem>
#include <random>
#include <system_error>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/formats.h"
#include "cli/gate_sizes.h"
#include "cli/inputs.h"
#include "cli/interrupts.h"
#include "cli/output.h"
#include "cli/programs.h"
#include "cli/verdicts.h"
#include "gate/gate.h"
#include "registry.h"

namespace hitbench {
namespace {

// One side as the command line names it.
struct SideWords {
  std::string scenario, binary;
  std::vector<std::string> sets;

  std::string words(bool name_scenario) const {
    std::string text = name_scenario ? scenario : "";
    add_part(text, fmt::format("{}", fmt::join(sets, " ")), " ");
    add_part(text, binary, " ");
    return text.empty() ? "the scenario as it is" : text;
  }
  bool operator==(const SideWords&) const = default;
};

SideWords side_of(const Options& options, const Options::GateSide& side) {
  const std::string fallback = options.files.empty() ? "" : options.files.front();
  SideWords words{side.scenario.empty() ? fallback : side.scenario, side.binary, side.sets};
  if (words.scenario.empty()) {
    throw usage_error("a gate needs a scenario", "hitbench gate SCENARIO --base path=value --candidate path=value");
  }
  return words;
}

std::vector<RowPlan> plan_of(const SideWords& side, const Options& options) {
  ScenarioChanges changes{.sets = options.sets, .fields = fields_of(options.flags, true)};
  changes.sets.insert(changes.sets.end(), side.sets.begin(), side.sets.end());
  std::vector<RowPlan> rows = make_plan(read_scenario_file(side.scenario, changes, registry()), registry());
  if (options.no_exec) refuse_programs(rows, changes.sets);
  return rows;
}

// The program is this one unless another is named.
SideCommand command_of(const SideWords& side, const Options& options) {
  namespace fs = std::filesystem;
  std::error_code fault;
  const std::string binary = side.binary.empty() ? own_binary() : fs::absolute(side.binary, fault).string();
  if (!side.binary.empty() && !fs::is_regular_file(binary, fault)) {
    const std::string why = fault ? ": " + fault.message() : "";
    throw usage_error(side.binary + " is no program" + why, "name a hitbench binary");
  }
  std::vector<std::string> sets = options.sets;
  sets.insert(sets.end(), side.sets.begin(), side.sets.end());
  SideCommand command{.binary = binary, .scenario = fs::absolute(side.scenario).string(), .sets = std::move(sets)};
  for (const Options::Flag& flag : options.flags) command.flags.insert(command.flags.end(), {flag.name, flag.word});
  return command;
}

void check_alike(const std::vector<RowPlan>& base, const std::vector<RowPlan>& candidate) {
  if (base.front().scenario->virtual_clock != candidate.front().scenario->virtual_clock) {
    throw usage_error("one side runs in real time and the other in virtual time", "set clock for both with --clock");
  }
  if (base.size() != candidate.size()) {
    throw usage_error(fmt::format("the base has {} rows and the candidate {}: they cannot be compared", base.size(),
                                  candidate.size()),
                      "`hitbench check` prints the rows of a scenario");
  }
}

void check_pairs(const Options& options) {
  if (options.pairs && (*options.pairs < kFewestPairs || *options.pairs > kMostPairs)) {
    throw usage_error(fmt::format("--pairs {}: must be from {} to {}", *options.pairs, kFewestPairs, kMostPairs),
                      "10 pairs are enough on most machines; `hitbench gate --aa` measures this one");
  }
}

Duration budget_of(const Options& options) {
  const std::optional<Duration> budget = parse_duration(options.budget);
  if (!budget || *budget < std::chrono::seconds(1)) {
    throw usage_error("--budget " + options.budget + ": must be a time of a second or more",
                      "for example --budget 60s");
  }
  return *budget;
}

GateOptions gate_options(const Options& options, const SideWords& base, const SideWords& candidate,
                         const Scenario& scenario) {
  const bool two_files = base.scenario != candidate.scenario;
  return {.question = scenario.question,
          .base = base.words(two_files),
          .candidate = candidate.words(two_files),
          .calibrate = options.calibrate,
          .seed = scenario.seed,
          // Not from the scenario: the same unlucky order in every build would never average out.
          .order_seed = (uint64_t{std::random_device{}()} << 20) ^ std::random_device{}(),
          .metrics = named_criteria(options)};
}

// A side that does not even run its trial: no slot of it will.
Verdict failed_trial(const GateOptions& how, const Slot& trial) {
  Verdict verdict{.kind = how.calibrate ? "calibration" : "gate", .question = how.question};
  verdict.base = how.base;
  verdict.candidate = how.candidate;
  verdict.reasons = {{"trial-failed", "a trial slot produced no result: " + trial.failure}};
  verdict.verdict = Word::invalid;
  return verdict;
}

}  // namespace

int gate_command(const Options& options) {
  const std::vector<Destination> destinations = destinations_of(options, Printed::verdict);
  check_pairs(options);
  const Duration budget = budget_of(options);
  if (options.calibrate && !(options.candidate == Options::GateSide{})) {
    throw usage_error("--aa runs base against base", "leave out the options for the candidate");
  }
  const SideWords base = side_of(options, options.base);
  const SideWords candidate = options.calibrate ? base : side_of(options, options.candidate);
  if (base == candidate && !options.calibrate) {
    throw usage_error("base and candidate are the same", "say what differs with --candidate path=value, or use --aa");
  }
  const std::vector<RowPlan> rows = plan_of(base, options);
  const std::vector<RowPlan> other_rows = plan_of(candidate, options);
  check_alike(rows, other_rows);
  GateOptions how = gate_options(options, base, candidate, *rows.front().scenario);
  how.differences = files_that_differ({base.scenario, rows}, {candidate.scenario, other_rows});
  exit_rules(options);
  const SideCommand base_command = command_of(base, options), candidate_command = command_of(candidate, options);
  for (const auto& [command, of_side] : {std::pair(base_command, rows), std::pair(candidate_command, other_rows)}) {
    check_outputs(destinations, files_read({command.scenario, command.binary}, of_side));
  }

  const std::atomic<bool>& interrupted = watch_interrupts();
  ProcessSlots slots(base_command, candidate_command, interrupted);
  for (const char* unread : {"answer=\"\"", "claims=[]", "thresholds=[]"}) slots.add_set(unread);
  show_progress("gate: trying both sides");
  const GateSize size = size_slots(slots, rows, other_rows,
                                   {.pairs = options.pairs.value_or(0), .budget = budget, .metrics = how.metrics});
  clear_progress();
  if (!size.trial.failure.empty() && !interrupted) return finish(failed_trial(how, size.trial), options);
  how.pairs = size.pairs;
  for (const std::string& set : size.sets) slots.add_set(set);
  say(size.words);
  Verdict verdict = run_gate(slots, how, interrupted, show_progress);
  clear_progress();
  return finish(std::move(verdict), options);
}

}  // namespace hitbench
