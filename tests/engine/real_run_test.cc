// Whole scenarios on the real clock. Counts and identities only: no wall-clock figure decides.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/time.h>

#include "tests/cache/servers_fixture.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

constexpr const char* kSmall = R"("rounds": 2, "warmup": {"operations": 200}, "measure": {"operations": 2000},
  "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "50us"}, "concurrency": 0})";

TEST(RealRun, CountsEveryOperationOnceAcrossForkedProcesses) {
  const Result result = run_text(std::string("{") + kSmall + R"(, "app": {"processes": 3, "clients": 7}})");
  for (const RunResult& run : result.runs) {
    EXPECT_EQ(run.operations, 2000u) << run.name;
    const ReadsResult& reads = run.reads;
    EXPECT_EQ(reads.fresh_hit + reads.miss + reads.failed, 2000u) << run.name;
    EXPECT_EQ(reads.miss, run.origin_load.loads) << run.name << ": one origin behind all processes";
    EXPECT_EQ(run.rounds.size(), 2u);
    EXPECT_TRUE(run.complete);
  }
}

TEST(RealRun, TheThreadModelDoesTheSameWork) {
  const Result result = run_text(std::string("{") + kSmall + R"(, "app": {"model": "thread", "clients": 4}})");
  for (const RunResult& run : result.runs) {
    EXPECT_EQ(run.operations, 2000u) << run.name;
    EXPECT_EQ(run.client_model, "thread");
  }
}

TEST(RealRun, AMachineFreeStreamIsTheSameForEveryRow) {
  const Result result = run_text(std::string("{") + kSmall + R"(, "app": {"clients": 5}})");
  EXPECT_EQ(result.runs.at(0).stream_checksum, result.runs.at(1).stream_checksum);
}

// Signals, without SA_RESTART, wherever the parent waits.
class Alarms {
 public:
  Alarms() {
    struct sigaction ring {};
    ring.sa_handler = [](int) {};
    sigaction(SIGALRM, &ring, &before_);
    set(200);
  }
  ~Alarms() {
    set(0);
    sigaction(SIGALRM, &before_, nullptr);
  }

 private:
  static void set(suseconds_t every_us) {
    const itimerval timer{.it_interval = {0, every_us}, .it_value = {0, every_us}};
    setitimer(ITIMER_REAL, &timer, nullptr);
  }
  struct sigaction before_ {};
};

TEST(RealRun, ASignalToTheParentLeavesNoKeyOnAUsersServer) {
  if (!find_program("redis-server")) GTEST_SKIP() << "redis-server is not on the PATH";
  OwnServer server(Kind::redis);
  {
    const Alarms alarms;
    const Result result = run_text(std::string("{") + kSmall + R"(, "strategies": ["direct"],
      "workload": {"keys": {"distribution": "uniform", "count": 20000}},
      "caches": ["redis://127.0.0.1:)" +
                                   std::to_string(server.port()) + "\"]}");
    EXPECT_EQ(result.runs.at(0).operations, 2000u);
  }
  EXPECT_EQ(make_redis(server.params(), {})->usage().entries, 0u);
}

TEST(RealRun, AnInterruptedRunKeepsWhatItMeasured) {
  const std::atomic<bool> interrupted{true};
  const auto rows = plan_of(std::string("{") + kSmall + "}");
  const Result result = run_plan(rows, registry(), interrupted, {});
  EXPECT_FALSE(result.complete);
  for (const RunResult& run : result.runs) EXPECT_FALSE(run.complete);
}

}  // namespace
}  // namespace hitbench
