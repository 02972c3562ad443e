#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/printable.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/calibration.h"
#include "cli/commands.h"
#include "cli/formats.h"
#include "cli/given_scenario.h"
#include "cli/inputs.h"
#include "cli/interrupts.h"
#include "cli/last_result.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "cli/pilot.h"
#include "cli/programs.h"
#include "cli/progress_line.h"
#include "engine/plan_time.h"
#include "engine/plan_words.h"
#include "engine/run.h"
#include "judge/claims.h"
#include "judge/measured_row.h"
#include "judge/thresholds.h"
#include "metrics/environment.h"
#include "registry.h"
#include "report/report.h"
#include "scenario/scenario.h"

namespace hitbench {
namespace {

// On stderr too, whatever the format of the report: the thresholds that make the exit code.
void explain_thresholds(const std::vector<ThresholdVerdict>& verdicts) {
  for (const ThresholdVerdict& verdict : verdicts) {
    if (verdict.met) continue;
    say(fmt::format("hitbench: threshold {}: {} on {}: {}\n", verdict.measured ? "MISSED" : "not determined",
                    verdict.text, verdict.row, verdict.actual));
  }
}

// And the claims that do.
void explain_claims(const std::vector<ClaimResult>& claims) {
  for (const ClaimResult& claim : claims) {
    if (claim.too_many_failed) say(fmt::format("hitbench: claim not determined: {} ({})\n", claim.says, claim.why));
  }
}

int exit_code(const std::vector<ThresholdVerdict>& verdicts) {
  const auto unmeasured = [](const ThresholdVerdict& verdict) { return !verdict.measured; };
  if (std::any_of(verdicts.begin(), verdicts.end(), unmeasured)) return 4;
  const auto missed = [](const ThresholdVerdict& verdict) { return !verdict.met; };
  return std::any_of(verdicts.begin(), verdicts.end(), missed) ? 3 : 0;
}

// Where several hold, the order is that of the documentation: 130, 1, 4, 3.
int exit_code(const Result& result, const std::vector<ClaimResult>& claims, bool strict) {
  if (!result.complete) return 130;
  const auto skipped = [](const RunResult& run) { return run.skipped.has_value(); };
  if (std::all_of(result.runs.begin(), result.runs.end(), skipped)) return 1;
  const auto failed = [](const RunResult& run) { return run.failed(); };
  if (std::any_of(result.runs.begin(), result.runs.end(), failed)) return 1;
  if (strict && std::any_of(result.runs.begin(), result.runs.end(), skipped)) return 1;
  const int code = exit_code(result.threshold_verdicts);
  const bool untold =
      std::any_of(claims.begin(), claims.end(), [](const auto& claim) { return claim.too_many_failed; });
  return untold ? 4 : code;
}

// The words that print the details of the result that is reported.
std::string details_of(const Options& options) {
  return options.files.empty() ? "--details" : options.files.front() + " --details";
}

// A saved result holds the verdicts on its own thresholds; those of the line are judged now, and they alone make the
// exit code: a report of a run that missed one has not failed itself.
int report_result(Result result, const std::vector<Destination>& destinations, const Options& options) {
  const std::vector<Condition> thresholds = parse_thresholds(options.thresholds, names_of(rows_of(result)));
  const std::vector<ThresholdVerdict> verdicts = judge_thresholds(thresholds, result);
  result.thresholds.insert(result.thresholds.end(), options.thresholds.begin(), options.thresholds.end());
  result.threshold_verdicts.insert(result.threshold_verdicts.end(), verdicts.begin(), verdicts.end());
  write_reports(destinations, result, options, "hitbench report " + details_of(options));
  explain_thresholds(verdicts);
  return exit_code(verdicts);
}

int report_both(const Options& options) {
  const std::vector<Destination> destinations = destinations_of(options, Printed::two_results);
  check_outputs(destinations, options.files);
  if (!options.thresholds.empty()) {
    throw usage_error("thresholds are for one result", "leave out --threshold, or give one result");
  }
  const Result a = read_result(options.files[0]), b = read_result(options.files[1]);
  write_reports(destinations, {options.files[0], a}, {options.files[1], b}, options.rows);
  return 0;
}

// In virtual time nobody knows how long it takes before some of it is simulated.
std::string simulating_text(const Options& options, const std::string& file, const std::vector<Scenario>& points) {
  if (!points.front().virtual_clock) return "";
  const auto read = [&](const std::vector<std::string>& changes) { return scenario_of(file, options, changes); };
  const std::optional<Duration> time = pilot_time(points, read, registry());
  return time ? fmt::format("          here about {}, as a short pilot has it\n", format_duration(*time)) : "";
}

}  // namespace

void report_run(const std::vector<Destination>& destinations, const Result& result, const Options& options) {
  const bool kept = keep_last_result(result);
  write_reports(destinations, result, options, kept ? "hitbench report --details" : "");
}

void explain_failures(const Result& result) {
  std::map<std::string, std::vector<std::string>> rows;
  for (const RunResult& run : result.runs) {
    if (run.failed()) rows[*run.skipped].push_back(run.name);
  }
  for (const auto& [reason, names] : rows) say(fmt::format("hitbench: {}: {}\n", fmt::join(names, ", "), reason));
}

// Keys of ours that stay on a user's server for a while are told on stderr, whatever the report says.
void explain_left_keys(const Result& result) {
  for (const RunResult& run : result.runs) {
    const BackendResult& backend = run.backend;
    if (!backend.key_prefix || !backend.key_ttl_ns || backend.keys_left == 0u) continue;
    const std::string many = backend.keys_left ? counted(*backend.keys_left, "key") : "some keys";
    say(fmt::format(
        "hitbench: {}: {} of this run may still be on your server: they begin with {} and expire within {}\n", run.name,
        many, *backend.key_prefix, format_duration(Duration(*backend.key_ttl_ns))));
  }
}

int run_command(const Options& options) {
  if (!options.write_scenario.empty()) return write_scenario(options);
  if (!options.find_max.empty()) return find_max_command(options);
  const std::vector<Destination> destinations = destinations_of(options, Printed::result);
  const GivenRun given = given_run(options);
  check_outputs(destinations, files_read(options.files, given.rows));
  const std::atomic<bool>& interrupted = watch_interrupts();
  const bool is_virtual_time = given.points.front().virtual_clock;
  ProgressLine line(is_virtual_time ? std::nullopt : Maybe<PlanEstimate>(estimate_of(given.rows, registry())));
  const auto tell = [&](const RunProgress& progress) { line.tell(progress); };
  Result result = run_plan(given.rows, registry(), interrupted,
                           {.progress = tell, .libraries = library_versions(), .times = calibrated_times(given.rows)});
  clear_progress();
  result.environment_json = with_command(result.environment_json, options.line);
  result.thresholds = texts_of(given.thresholds);
  result.threshold_verdicts = judge_thresholds(given.thresholds, result);
  report_run(destinations, result, options);
  explain_failures(result);
  explain_left_keys(result);
  explain_thresholds(result.threshold_verdicts);
  const std::vector<ClaimResult> claims = judge_claims(result);
  explain_claims(claims);
  return exit_code(result, claims, options.strict);
}

int report_command(const Options& options) {
  if (options.files.size() == 2) return report_both(options);
  const std::string path = options.files.empty() ? last_result_path() : options.files.front();
  const std::string text = read_result_file(path);
  const Printed what = is_verdict(text) ? Printed::verdict : Printed::result;
  const std::vector<Destination> destinations = destinations_of(options, what);
  check_outputs(destinations, {path});
  if (what == Printed::result) return report_result(result_from_json(text, path), destinations, options);
  if (!options.thresholds.empty()) {
    throw usage_error(path + " is a verdict: thresholds are for results", "leave out --threshold");
  }
  write_reports(destinations, verdict_from_json(text, path));
  return 0;
}

int check_command(const Options& options) {
  const std::vector<std::string> files = options.files.empty() ? std::vector<std::string>{""} : options.files;
  for (const std::string& file : files) {
    const GivenRun given = given_run(file, options);
    const std::string plan = describe_plan(given.rows, registry()) + simulating_text(options, file, given.points) +
                             programs_text(given.rows);
    write_output("", printable_lines(fmt::format("{}: valid\n{}\n{}\n", name_of_given(file, options),
                                                 given.rows.front().scenario->json, plan)));
  }
  return 0;
}

}  // namespace hitbench
