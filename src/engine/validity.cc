#include "engine/validity.h"

#include "engine/answers_validity.h"
#include "engine/client_validity.h"
#include "engine/server_wait.h"
#include "engine/turnover.h"
#include "metrics/summary.h"

namespace hitbench {
namespace {

// Little's law, each kind by its own mean: writes of a cached row may take a hundred times as long as its reads, and
// what fails may fail at once or after a timeout. Not told where a time was longer than a histogram tells: the mean is
// too short then.
Maybe<double> achieved_concurrency(const RunResult& result, Duration measured) {
  Maybe<double> time_ns;
  uint64_t beyond = 0;
  const auto add = [&](uint64_t operations, const Percentiles& times) {
    beyond += times.out_of_range;
    if (!times.mean_ns) return;
    time_ns = time_ns.value_or(0) + static_cast<double>(operations) * *times.mean_ns;
  };
  add(answered(result.reads), result.read.response);
  add(result.reads.failed, result.read.failed);
  add(result.writes.acknowledged, result.write.response);
  add(result.writes.failed, result.write.failed);
  add(result.deletes.acknowledged, result.erase.response);
  add(result.deletes.failed, result.erase.failed);
  return time_ns && beyond == 0 ? Maybe<double>(*time_ns / static_cast<double>(measured.count())) : std::nullopt;
}

// The other side of the same law: N clients have N times the wall time, and are in operations for the sum of their
// latencies. What is left of it they waited for us. A batch is one wait for many latencies, and a client that is
// killed has time that nobody counts.
Maybe<double> little_ratio(const Evidence& evidence, const RunResult& result) {
  const RowPlan& row = evidence.row;
  const Params& strategy = row.strategy.params;
  const bool batched = strategy.has("batch") && strategy.integer("batch") > 1;
  const bool closed = !row.open() && !row.barrier();
  if (!closed || batched || !row.scenario->faults.empty() || !result.validity.achieved_concurrency) return {};
  const AppSpec& app = row.scenario->app;
  const double thinking = std::chrono::duration<double>(evidence.outcome.thought) / evidence.measured;
  return (*result.validity.achieved_concurrency + thinking) / (app.processes * app.clients);
}

}  // namespace

void judge(const Evidence& evidence, RunResult& result) {
  Validity& validity = result.validity;
  validity.sampled_one_in = evidence.timed_one_in;
  validity.achieved_concurrency = achieved_concurrency(result, evidence.measured);
  validity.little_ratio = little_ratio(evidence, result);
  judge_answers(evidence, result);
  judge_turnover(evidence, result);
  judge_rate(evidence, result);
  if (evidence.row.scenario->virtual_clock) return;  // nothing of the machine is in the figures
  result.observer = summarize(evidence.outcome.observer);
  result.client.poll = evidence.row.scenario->app.spin ? "spin" : "sleep";
  result.client.involuntary_switches = evidence.outcome.involuntary_switches;
  if (!evidence.clock_warning.empty()) validity.warnings.push_back({"slow-clock", evidence.clock_warning});
  validity.steal = evidence.steal;
  validity.psi_cpu = evidence.psi;
  if (evidence.outcome.harness_ns_per_op > 0) {
    validity.harness_ns_per_op = evidence.outcome.harness_ns_per_op;
    validity.key_choice_ns = evidence.outcome.key_choice_ns;
  }
  judge_client(evidence, result);
  judge_server(evidence, result);
}

}  // namespace hitbench
