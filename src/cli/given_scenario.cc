#include "cli/given_scenario.h"

#include <fmt/format.h>

#include <filesystem>
#include <set>
#include <system_error>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/formats.h"
#include "cli/inputs.h"
#include "cli/output_file.h"
#include "cli/programs.h"
#include "judge/answer.h"
#include "judge/thresholds.h"
#include "registry.h"
#include "scenario/json_text.h"

namespace hitbench {
namespace {

std::set<std::string> absolute_files(const std::vector<Scenario>& points) {
  std::set<std::string> files;
  std::error_code ignored;
  for (const std::string& file : files_named(points)) {
    files.insert(std::filesystem::weakly_canonical(std::filesystem::absolute(file, ignored), ignored).string());
  }
  return files;
}

// The values of a sweep are words of rows' names, so files stand there as they were typed.
void check_names_the_same_files(const std::vector<Scenario>& points, const std::string& text, const std::string& path) {
  if (absolute_files(read_scenario(text, path, {}, registry())) == absolute_files(points)) return;
  throw usage_error("--write-scenario " + path + ": the sweep names files relative to another folder",
                    "write it into the scenario's own folder, or name the files by absolute paths");
}

std::string only_file(const Options& options) { return options.files.empty() ? "" : options.files.front(); }

}  // namespace

std::string name_of_given(const std::string& file, const Options& options) {
  if (!file.empty()) return file;
  return options.flags.empty() ? "quickstart" : "command line";
}

std::vector<Scenario> scenario_of(const std::string& file, const Options& options,
                                  const std::vector<std::string>& at_points) {
  const ScenarioChanges changes{.sets = options.sets,
                                .at_points = at_points,
                                .fields = fields_of(options.flags, !file.empty()),
                                .absolute_files = !options.write_scenario.empty()};
  if (!file.empty()) return read_scenario_file(file, changes, registry());
  return read_scenario(options.flags.empty() ? kQuickstart : "{}", name_of_given(file, options), changes, registry());
}

std::vector<Scenario> scenario_of(const Options& options, const std::vector<std::string>& at_points) {
  return scenario_of(only_file(options), options, at_points);
}

std::vector<std::string> names_of(const std::vector<RowPlan>& rows) {
  std::vector<std::string> names;
  for (const RowPlan& row : rows) names.push_back(row.name);
  return names;
}

GivenRun given_run(const std::string& file, const Options& options) {
  GivenRun run;
  run.points = scenario_of(file, options);
  run.rows = make_plan(run.points, registry());
  if (options.no_exec) refuse_programs(run.rows, words_typed(options));
  const Scenario& first = run.points.front();
  std::vector<std::string> thresholds = first.thresholds;
  thresholds.insert(thresholds.end(), options.thresholds.begin(), options.thresholds.end());
  run.thresholds = parse_thresholds(thresholds, names_of(run.rows));
  check_answer_syntax(first.answer, first.claims, names_of(run.rows));
  return run;
}

GivenRun given_run(const Options& options) { return given_run(only_file(options), options); }

int write_scenario(const Options& options) {
  const std::string& path = options.write_scenario;
  if (!options.find_max.empty()) {
    throw usage_error("--write-scenario runs nothing, and --find-max does not stand in a scenario", "leave out one");
  }
  const GivenRun run = given_run(options);
  check_outputs({{.report = nullptr, .path = path}}, files_read(options.files, run.rows));
  Json document = parse_json(run.points.front().json, path);
  document["thresholds"] = texts_of(run.thresholds);
  const std::string text = print_json(document) + "\n";
  check_names_the_same_files(run.points, text, path);
  write_output(path, text);
  return 0;
}

}  // namespace hitbench
