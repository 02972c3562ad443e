// hitbench calibrate: what calls of servers take on this machine, for their twins in virtual time.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cache/twin/times_json.h"
#include "cli/calibration.h"
#include "cli/calibration_steps.h"
#include "cli/commands.h"
#include "cli/interrupts.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "cli/state_folder.h"
#include "engine/plan.h"
#include "engine/run.h"
#include "io/cpus.h"
#include "registry.h"
#include "report/render.h"
#include "scenario/json_text.h"
#include "scenario/scenario.h"

namespace hitbench {
namespace {

constexpr int kAttempts = 4;       // of a row that is invalid
constexpr int kQuietAttempts = 2;  // of one of round trips whose server waited for a CPU
constexpr double kQuiet = 0.01;    // no longer than this share of the time: beyond, its p99 is the machine's
constexpr Duration kShortestRow = std::chrono::milliseconds(10);
constexpr Duration kLongestTime = std::chrono::hours(1);  // of all rows

// What the kernel knows of the machine: its processor's name.
std::string processor_of(const Result& result) {
  const Json model = parse_json(result.environment_json, "environment")["cpu"]["model"];
  return model.is_string() ? model.get<std::string>() : "unknown processor";
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm date{};
  gmtime_r(&now, &date);
  return fmt::format("{:04}-{:02}-{:02}", date.tm_year + 1900, date.tm_mon + 1, date.tm_mday);
}

// The share of the time in which the server waited for a CPU.
double waiting(const RunResult& run) { return run.validity.server_kept_waiting.value_or(0); }

class Calibration {
 public:
  Calibration(Duration row_time, const std::atomic<bool>& interrupted)
      : row_time_(row_time), interrupted_(interrupted) {}

  // Until all is measured, somebody interrupts it, or a row stays invalid. Throws Error{environment} where a server
  // that is there does not work.
  void measure() {
    const std::vector<CalibrationStep> steps = calibration_steps();
    for (size_t i = 0; i < steps.size() && !interrupted_ && doubt_.empty() && !caches_.empty(); ++i) {
      show_progress(fmt::format("calibrating, step {} of {}: {}", i + 1, steps.size(), steps[i].words));
      measure(steps[i]);
    }
  }

  const std::vector<CalibratedCache>& caches() const { return caches_; }
  const std::string& doubt() const { return doubt_; }  // why it was given up; empty: it was not

  CalibratedTimes times() const {
    CalibratedTimes times{.source = source(), .servers = {}};
    for (const CalibratedCache& cache : caches_) {
      times.servers.push_back({cache.server, cache.transport, calibrated_times_of(found_.at(cache.name()))});
    }
    return times;
  }

  // What was measured, not what was taken from the figures that are shipped.
  const FoundTimes& found(const CalibratedCache& cache) const { return found_.at(cache.name()); }

  std::string waiting_words() const {
    if (waited_ == 0) return "";
    return fmt::format(
        "In {} of {} of round trips the server waited for a CPU: the slowest times are those of a busy machine.",
        waited_, counted(measured_, "measurement"));
  }

 private:
  using RunsByCache = std::map<std::string, RunResult>;

  void measure(const CalibrationStep& step) {
    const std::string scenario = scenario_of(step, caches_, row_time_, allowed_cpus());
    std::vector<RowPlan> rows = make_plan(read_scenario(scenario, "calibrate", {}, registry()), registry());
    RunsByCache best;
    std::string why;
    for (int attempt = 0; attempt < kAttempts && !rows.empty(); ++attempt) {
      const Result result = run_plan(rows, registry(), interrupted_, {});
      if (interrupted_) return;
      processor_ = processor_of(result);
      // A service is CPU time, which does not pass while the server waits.
      rows = take(step, result, rows, !step.services && attempt + 1 < kQuietAttempts, best, why);
    }
    if (!rows.empty()) doubt_ = why;
    for (const auto& [cache, run] : best) {
      add_figures(step, run, found_[cache]);
      count(step, run);
    }
  }

  // Keeps the run of each row that was disturbed least. The rows that have to be measured again: without a run that can
  // be kept, or, where `for_quiet`, whose server waited for a CPU.
  std::vector<RowPlan> take(const CalibrationStep& step, const Result& result, const std::vector<RowPlan>& rows,
                            bool for_quiet, RunsByCache& best, std::string& why) {
    std::vector<RowPlan> again;
    for (size_t i = 0; i < rows.size(); ++i) {
      const RunResult& run = result.runs[i];
      if (run.failed()) throw environment_error(fmt::format("{}: {}", run.cache, *run.skipped));
      if (run.skipped) {
        leave_out(run);
        continue;
      }
      FoundTimes ignored;
      if (!run.validity.valid || !add_figures(step, run, ignored)) {
        why = fmt::format("{} of {}: {}", step.words, run.cache, fault_in(run));
      } else if (const auto known = best.find(run.cache);
                 known == best.end() || waiting(run) < waiting(known->second)) {
        best.insert_or_assign(run.cache, run);
      }
      const auto kept = best.find(run.cache);
      if (kept == best.end() || (for_quiet && waiting(kept->second) > kQuiet)) again.push_back(rows[i]);
    }
    return again;
  }

  static std::string fault_in(const RunResult& run) {
    const std::vector<Doubt>& reasons = run.validity.reasons;
    return reasons.empty() ? "too few calls to tell, or not of the kind that was meant" : reasons.front().text;
  }

  void leave_out(const RunResult& run) {
    if (left_out_.insert(run.cache_type).second) {
      clear_progress();
      say(fmt::format("hitbench: {} is not measured: {}\n", run.cache_type, *run.skipped));
    }
    std::erase_if(caches_, [&](const CalibratedCache& cache) { return cache.server == run.cache_type; });
  }

  void count(const CalibrationStep& step, const RunResult& run) {
    if (run.backend.version) versions_[run.cache_type] = *run.backend.version;
    if (step.services) return;
    ++measured_;
    if (waiting(run) > kQuiet) ++waited_;
  }

  std::string source() const {
    std::string versions;
    for (const auto& [server, version] : versions_) add_part(versions, version);
    return fmt::format(
        "measured on this machine ({}, {}, {}; those of new connections, scripts and logs are shipped with hitbench)",
        processor_, today(), versions);
  }

  const Duration row_time_;
  const std::atomic<bool>& interrupted_;
  std::vector<CalibratedCache> caches_ = {
      {"redis", "tcp"}, {"redis", "unix"}, {"memcached", "tcp"}, {"memcached", "unix"}};
  std::map<std::string, FoundTimes> found_;      // by the cache's name
  std::map<std::string, std::string> versions_;  // by server: "redis 7.0.15"
  std::set<std::string> left_out_;               // servers
  std::string processor_, doubt_;
  int measured_ = 0, waited_ = 0;  // of round trips
};

Duration row_time_of(const std::string& word) {
  const std::optional<Duration> time = parse_duration(word);
  if (!time) throw usage_error("--for '" + word + "' is no time", "write --for 10s");
  const auto rows = static_cast<int64_t>(4 * calibration_steps().size());
  if (*time < rows * kShortestRow || *time > kLongestTime) {
    throw usage_error(
        fmt::format("--for {}: {} measurements share that time", word, rows),
        fmt::format("between {} and {}", spell_duration(rows * kShortestRow), spell_duration(kLongestTime)));
  }
  return *time / rows;
}

// What to try where this was too short; parsed before.
Duration longer_than(const std::string& word) { return std::min<Duration>(6 * *parse_duration(word), kLongestTime); }

const char* words_of(TwinOperation operation) {
  switch (operation) {
    case TwinOperation::get_hit:
      return "hit";
    case TwinOperation::get_miss:
      return "miss";
    case TwinOperation::set:
      return "set";
    case TwinOperation::erase:
      return "deletion";
    case TwinOperation::batch_key:
      return "further key";
    default:
      return "";
  }
}

void add_time(std::vector<Cell>& row, Duration now, Duration shipped) {
  row.push_back(time_cell(Maybe<double>(static_cast<double>(now.count()))));
  const double ratio = static_cast<double>(now.count()) / static_cast<double>(shipped.count());
  row.push_back(shipped.count() > 0 ? number_cell(ratio, CellUnit::ratio) : nothing_cell());
}

Section table_of(const Calibration& calibration, const CalibratedTimes& times) {
  Section section{.title = "Times of this machine, and their ratios to those that are shipped",
                  .grid = {{{.head = {"server"}},
                            {.head = {"call"}, .starts_left = true},
                            {.head = {"value"}},
                            {.head = {"round trip", "p50"}},
                            {.head = {"against", "shipped"}},
                            {.head = {"server CPU", "mean"}},
                            {.head = {"against", "shipped"}}},
                           {}}};
  for (const CalibratedCache& cache : calibration.caches()) {
    const ServiceTimes& now = *times.find(cache.server, cache.transport);
    const ServiceTimes& shipped = *default_times().find(cache.server, cache.transport);
    for (const auto& [operation, sizes] : calibration.found(cache).operations) {
      for (const auto& [bytes, figures] : sizes) {
        std::vector<Cell> row{text_cell(cache.server + ", " + cache.transport), text_cell(words_of(operation)),
                              bytes > 0 ? text_cell(format_count(static_cast<double>(bytes)) + " B") : nothing_cell()};
        add_time(row, now.round_trip(operation, bytes, 0.5), shipped.round_trip(operation, bytes, 0.5));
        add_time(row, now.service(operation, bytes, 0.5), shipped.service(operation, bytes, 0.5));
        section.grid.rows.push_back(std::move(row));
      }
    }
  }
  section.below = calibration.waiting_words();
  return section;
}

void print(const Calibration& calibration, const CalibratedTimes& times, const std::string& path) {
  Page page{.kind = "hitbench:calibration", .blocks = {}};
  page.blocks.push_back({.content = table_of(calibration, times)});
  page.blocks.push_back(
      {.content =
           Paragraph{.lead = "Kept",
                     .after = " ",
                     .text = fmt::format("in {}. Runs with \"clock\": \"virtual\" take the times of redis and "
                                         "memcached from there, and say so; without the file, from those that "
                                         "are shipped. They are of loopback: the way over a network is not in them.",
                                         path),
                     .starts_part = true}});
  write_output("", render_text(page, terminal_style()));
}

}  // namespace

int calibrate_command(const Options& options) {
  const Duration row_time = row_time_of(options.calibration_time);
  const std::filesystem::path path = calibration_path();
  if (path.empty()) throw environment_error("there is no folder to keep times in", "set XDG_STATE_HOME or HOME");
  const std::atomic<bool>& interrupted = watch_interrupts();
  Calibration calibration(row_time, interrupted);
  calibration.measure();
  clear_progress();
  if (interrupted) return say("hitbench: interrupted: no times were kept\n"), 130;
  if (calibration.caches().empty()) {
    throw environment_error("there is no server to measure", "install redis-server or memcached");
  }
  if (!calibration.doubt().empty()) {
    say(fmt::format(
        "hitbench: not determined, and no times were kept: {} ({})\n"
        "  try: again while nothing else runs on this machine (`uptime`, `top`), or with measurements of --for {} in "
        "all; until then virtual runs take the times that they took before\n",
        calibration.doubt(), counted(kAttempts, "attempt"), spell_duration(longer_than(options.calibration_time))));
    return 4;
  }
  const CalibratedTimes times = calibration.times();
  write_state_file(path, times_to_json(times));
  print(calibration, times, path.string());
  return 0;
}

}  // namespace hitbench
