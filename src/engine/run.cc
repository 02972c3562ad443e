#include "engine/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <numeric>
#include <thread>

#include "base/error.h"
#include "base/random_name.h"
#include "base/shuffle.h"
#include "base/text.h"
#include "engine/plan_time.h"
#include "engine/row_run.h"
#include "engine/warm_up.h"
#include "metrics/environment.h"

namespace hitbench {
namespace {

// Keys on a user's own server outlive twice the planned time by this.
constexpr Duration kBeyondPlan = std::chrono::hours(1);

class PlanRun {
 public:
  PlanRun(const std::vector<RowPlan>& rows, const Registry& registry, const std::atomic<bool>& interrupted,
          const RunOptions& options)
      : plans_(rows), interrupted_(interrupted), options_(options) {
    const Duration ttl = 2 * planned_time(rows) + kBeyondPlan;
    const std::string run = random_name();
    for (size_t i = 0; i < rows.size(); ++i) {
      KeyMarks marks{fmt::format("hitbench:{}:{}:", run, i + 1), ttl};
      rows_.push_back(std::make_unique<RowRun>(rows[i], registry, std::move(marks), interrupted, options.times));
    }
  }

  void prepare() {
    for (size_t i = 0; i < rows_.size() && !interrupted_; ++i) {
      tell("setup", i);
      const int cores = static_cast<int>(std::thread::hardware_concurrency());
      const int required = plans_[i].scenario->required_cores;
      if (required > cores) {
        rows_[i]->skip(fmt::format("needs {}, this machine has {}", counted(required, "core"), cores));
        continue;
      }
      attempt(i, [](RowRun& row) { row.prepare(); });
    }
  }

  void warm_up() {
    for (size_t i = 0; i < rows_.size() && !interrupted_; ++i) {
      if (!rows_[i]->running()) continue;
      tell("warm-up", i);
      attempt(i, [](RowRun& row) { row.warm_up(); });
    }
    warm_up_some_together();
  }

  void measure() {
    const Scenario& scenario = *plans_.front().scenario;
    for (int round = 0; round < scenario.rounds; ++round) {
      for (const size_t i : shuffled(scenario.seed, round)) {
        if (interrupted_) return;
        if (!rows_[i]->running()) continue;
        tell(fmt::format("round {}/{}", round + 1, scenario.rounds), i);
        attempt(i, [round](RowRun& row) { row.measure(round); });
        ++visits_;
      }
    }
  }

  void audit() {
    for (size_t i = 0; i < rows_.size() && !interrupted_; ++i) {
      if (!rows_[i]->running()) continue;
      tell("check", i);
      try {
        rows_[i]->audit();
      } catch (const Error&) {
        // Its process is gone: what was measured stands, and what could not be checked stays empty.
      }
    }
  }

  std::vector<RunResult> finish() {
    std::vector<RunResult> results;
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i]->running()) attempt(i, [](RowRun& row) { row.end(); });
      results.push_back(rows_[i]->finish());
    }
    return results;
  }

 private:
  void tell(const std::string& phase, size_t i) {
    RunProgress progress = rows_[i]->so_far();
    progress.phase = phase;
    progress.row = plans_[i].name;
    const double all = static_cast<double>(rows_.size()) * plans_.front().scenario->rounds;
    progress.done = static_cast<double>(visits_) / all;
    options_.progress(progress);
  }

  // What the environment refuses a row (a server that does not answer, a full disk, a process that is gone) ends that
  // row: the others go on, and the report comes out.
  template <class Step>
  void attempt(size_t i, Step step) {
    try {
      step(*rows_[i]);
    } catch (const Error& error) {
      if (interrupted_) return;  // whatever it broke off with, what was measured before stands
      if (error.cause() == Error::Cause::usage) throw;
      if (error.cause() == Error::Cause::unavailable) {
        rows_[i]->skip(reason(error));
      } else {
        rows_[i]->fail(reason(error));
      }
    }
  }

  static std::string reason(const Error& error) {
    return std::string(error.what()) + (error.remedy().empty() ? "" : ": " + error.remedy());
  }

  // Those whose warm-up has an end that nobody knows beforehand: for all rows of one point of the sweep it is the same.
  // Rows of different points do not answer one stream: none waits for a slower point.
  void warm_up_some_together() {
    std::vector<std::vector<size_t>> groups;
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (!rows_[i]->running() || !plans_[i].warms_up_together()) continue;
      const auto alike = [&](const std::vector<size_t>& group) {
        return plans_[group.front()].scenario == plans_[i].scenario;
      };
      const auto group = std::find_if(groups.begin(), groups.end(), alike);
      group == groups.end() ? groups.push_back({i}) : group->push_back(i);
    }
    for (const std::vector<size_t>& group : groups) warm_up_together(group);
  }

  void warm_up_together(const std::vector<size_t>& which) {
    std::vector<WarmingRow> rows;
    for (const size_t i : which) {
      rows.push_back(rows_[i]->warming());
      rows.back().run = [this, i](const StretchOrder& stretch) { return one_stretch(i, stretch); };
    }
    const WarmUpGoal goal = goal_of(which.front());
    const std::vector<WarmedUp> warmed = hitbench::warm_up_together(rows, goal);
    for (size_t n = 0; n < which.size(); ++n) rows_[which[n]]->warmed_up(warmed[n], goal.steady);
  }

  std::optional<WarmStretch> one_stretch(size_t i, const StretchOrder& stretch) {
    if (interrupted_ || !rows_[i]->running()) return std::nullopt;
    tell("warm-up", i);
    std::optional<WarmStretch> seen;
    attempt(i, [&](RowRun& row) { seen = row.warm_up(stretch); });
    return seen;
  }

  WarmUpGoal goal_of(size_t i) const {
    const Scenario& scenario = *plans_[i].scenario;
    const WarmupSpec& warmup = scenario.warmup;
    WarmUpGoal goal{.steady = warmup.steady, .operations = warmup.operations, .most = 0, .limit = warmup.limit};
    if (warmup.searches() && !scenario.virtual_clock) goal.limit = warmup.steady_limit();
    if (warmup.searches() && goal.limit == Duration{0}) goal.most = kUsualSteadyOperations;
    return goal;
  }

  // From a stream of its own for each round.
  std::vector<size_t> shuffled(uint64_t seed, int round) const {
    std::vector<size_t> order(rows_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    shuffle(order, Rng(seed, 0x524f554e44 /* "ROUND" */, static_cast<uint64_t>(round)));
    return order;
  }

  const std::vector<RowPlan>& plans_;
  const std::atomic<bool>& interrupted_;
  const RunOptions& options_;
  std::vector<std::unique_ptr<RowRun>> rows_;
  uint64_t visits_ = 0;  // of rows, in all rounds
};

// The libraries' versions and those of the servers that answered: "redis 7.0.15".
std::map<std::string, std::string> with_servers(std::map<std::string, std::string> versions,
                                                const std::vector<RunResult>& runs) {
  for (const RunResult& run : runs) {
    const std::string words = run.backend.version.value_or("");
    const size_t space = words.find(' ');
    if (space != std::string::npos) versions[words.substr(0, space)] = words.substr(space + 1);
  }
  return versions;
}

}  // namespace

Result run_plan(const std::vector<RowPlan>& rows, const Registry& registry, const std::atomic<bool>& interrupted,
                const RunOptions& options) {
  const auto started = std::chrono::system_clock::now();
  PlanRun run(rows, registry, interrupted, options);
  run.prepare();
  run.warm_up();
  run.measure();
  run.audit();
  const Scenario& scenario = *rows.front().scenario;
  Result result;
  result.scenario_json = scenario.json;
  result.question = scenario.question;
  result.answer = scenario.answer;
  result.claims = scenario.claims;
  result.thresholds = scenario.thresholds;
  result.runs = run.finish();
  result.environment_json = environment_json(with_servers(options.libraries, result.runs), started);
  result.complete = !interrupted;
  return result;
}

}  // namespace hitbench
