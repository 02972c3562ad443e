// A server that waits for a CPU: the rule at its limits, on figures that are made up here, and a real server that is
// starved.
#include "engine/server_wait.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "io/cpus.h"
#include "metrics/summary.h"
#include "tests/cache/servers_fixture.h"
#include "tests/engine/own_server.h"
#include "tests/engine/quiet_evidence.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A second of a thousand reads, in which the server worked for half a second. The first 10 us of a turn are being
// woken.
RunResult judged(Duration waited, uint64_t turns = 0, const std::string& cache = "redis") {
  const std::vector<RowPlan> rows = plan_of(R"({"strategies": ["cache-aside"], "caches": [")" + cache + R"("]})");
  PhaseOutcome outcome;
  for (int i = 0; i < 1000; ++i) {
    outcome.recorder.record({.end = Outcome::fresh_hit, .response = 2ms, .service = 2ms, .gen_late = 1us});
  }
  ThreadTimes server;
  server.threads[1] = {.ran = 500ms, .waited = waited, .turns = turns};
  RunResult result;
  fill(result, outcome.recorder);
  Evidence evidence = quiet_evidence(rows.front(), outcome);
  evidence.server = server;
  judge_server(evidence, result);
  return result;
}

TEST(ServerWait, MayBeHalfOfTheTime) {
  EXPECT_TRUE(judged(500ms).validity.valid);
  EXPECT_TRUE(judged(509ms, 1000).validity.valid);
  const Validity more = judged(501ms).validity;
  EXPECT_FALSE(more.valid);
  EXPECT_FALSE(more.only_failures);
  EXPECT_DOUBLE_EQ(*more.server_kept_waiting, 0.501);
  EXPECT_THAT(more.reasons, ElementsAre(doubt("server-kept-waiting",
                                              AllOf(HasSubstr("50 % of the 1.00 s measured"), HasSubstr("\"pin\"")))));
  EXPECT_THAT(judged(501ms, 0, "redis://127.0.0.1:1").validity.reasons,
              ElementsAre(doubt("server-kept-waiting", HasSubstr("taskset"))));
}

TEST(ServerWait, MakesTheTailTheMachinesFromItsOwnShareOn) {
  const Validity hundredth = judged(10ms).validity, more = judged(11ms).validity, twentieth = judged(51ms).validity;
  EXPECT_THAT(hundredth.machine_percentiles, IsEmpty());
  EXPECT_THAT(hundredth.warnings, IsEmpty());
  EXPECT_THAT(more.machine_percentiles, ElementsAre("read.response.p99"));
  EXPECT_THAT(more.warnings, ElementsAre(doubt("server-kept-waiting", HasSubstr("1.1 %"))));
  EXPECT_TRUE(more.valid);
  EXPECT_THAT(twentieth.machine_percentiles, ElementsAre("read.response.p95", "read.response.p99"));
}

// Keeps a server on one CPU, with three that never rest.
class Starved {
 public:
  explicit Starved(pid_t server) {
    const std::vector<int> one{allowed_cpus().front()};
    const std::vector<std::string> busy{find_program("sh").value(), "-c", "while :; do :; done"};
    for (int i = 0; i < 3; ++i) {
      others_.push_back(std::make_unique<ServerProcess>(busy, run_directory() + "/busy.log", "", one));
    }
    const std::optional<ThreadTimes> times = thread_times(std::vector{server});
    for (const auto& [thread, time] : times.value_or(ThreadTimes{}).threads) {
      keep_on_cpus(thread, one);
    }
  }

 private:
  std::vector<std::unique_ptr<ServerProcess>> others_;
};

// With a quarter of a CPU it waits three times as long as it runs, and twenty clients do not leave it idle for long
// unless others keep them waiting as well: how large a share of the time that is, is the machine's.
TEST(ServerWait, OfAStarvedServerMakesItsTailTheMachines) {
  for (const Kind kind : {Kind::redis, Kind::memcached}) {
    if (const std::string why = missing(kind); !why.empty()) GTEST_SKIP() << why;
    OwnServer server(kind);
    if (!thread_times(std::vector{server.process().pid()})) GTEST_SKIP() << "no CONFIG_SCHED_INFO";
    const Starved starved(server.process().pid());
    const RunResult run =
        run_text(direct(server, name_of(kind),
                        R"("measure": {"operations": 10000}, "app": {"clients": 20, "timeout": "10s"})"))
            .runs.at(0);
    ASSERT_FALSE(run.skipped) << *run.skipped;
    ASSERT_TRUE(run.backend.cpu_wait_ns && run.backend.cpu_ran_ns) << name_of(kind);
    EXPECT_GT(*run.backend.cpu_ran_ns, 0);
    EXPECT_GT(*run.backend.cpu_wait_ns, *run.backend.cpu_ran_ns) << name_of(kind);
    EXPECT_GT(run.validity.server_kept_waiting.value_or(0), 0.01) << name_of(kind);
    EXPECT_LE(run.validity.server_kept_waiting.value_or(2), 1.0);
    EXPECT_THAT(run.validity.machine_percentiles, testing::Contains("read.response.p99")) << name_of(kind);
    std::vector<Doubt> said = run.validity.warnings;
    said.insert(said.end(), run.validity.reasons.begin(), run.validity.reasons.end());
    EXPECT_THAT(said, testing::Contains(doubt("server-kept-waiting"))) << name_of(kind);
  }
}

TEST(ServerWait, IsNotKnownOfACacheInTheProcess) {
  const Result result = run_text(R"({"rounds": 1, "strategies": ["direct"], "caches": ["memory"],
    "warmup": {"operations": 0}, "measure": {"operations": 100}})");
  EXPECT_FALSE(result.runs.at(0).backend.cpu_wait_ns.has_value());
  EXPECT_FALSE(result.runs.at(0).validity.server_kept_waiting.has_value());
}

}  // namespace
}  // namespace hitbench
