// Whole scenarios on the real clock. Counts and identities only: no wall-clock figure decides.
#include <gtest/gtest.h>
#include <pthread.h>
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
  const Result result =
      run_text(std::string("{") + kSmall + R"(, "strategies": ["none"], "app": {"model": "thread", "clients": 4}})");
  for (const RunResult& run : result.runs) {
    EXPECT_EQ(run.operations, 2000u) << run.name;
    EXPECT_EQ(run.client_model, "thread");
  }
}

TEST(RealRun, AMachineFreeStreamIsTheSameForEveryRow) {
  const Result result = run_text(std::string("{") + kSmall + R"(, "app": {"clients": 5}})");
  EXPECT_EQ(result.runs.at(0).stream_checksum, result.runs.at(1).stream_checksum);
}

bool signal_at_birth = false;

TEST(RealRun, ASignalToAProcessThatIsNotReadyYetDoesNotKillIt) {
  pthread_atfork(nullptr, nullptr, [] {
    if (signal_at_birth) raise(SIGUSR1);
  });
  signal_at_birth = true;
  const Result result = run_text(std::string("{") + kSmall + R"(, "app": {"processes": 2}})");
  signal_at_birth = false;
  for (const RunResult& run : result.runs) {
    EXPECT_FALSE(run.skipped.has_value()) << run.skipped.value_or("");
    EXPECT_EQ(run.operations, 2000u) << run.name;
  }
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
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  OwnServer server(Kind::redis);
  {
    const Alarms alarms;
    const Result result = run_text(std::string("{") + kSmall + R"(, "strategies": ["direct"],
      "workload": {"keys": {"distribution": "uniform", "count": 20000}},
      "caches": ["redis://127.0.0.1:)" +
                                   std::to_string(server.port()) + "\"]}");
    EXPECT_EQ(result.runs.at(0).operations, 2000u);
  }
  EXPECT_EQ(make("redis", server.params())->usage().entries, 0u);
}

// Between warm-up and measurement somebody changes the last byte of one of ten values.
TEST(RealRun, ADamagedValueIsCountedAndMakesTheRunInvalid) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  OwnServer server(Kind::redis);
  Params params = server.params();
  params.put("key_prefix", std::string("test:"));
  const auto damage = [&](const RunProgress& progress) {
    if (!progress.phase.starts_with("round")) return;
    const std::unique_ptr<Loop> loop = Loop::real();
    const std::unique_ptr<Cache> cache = make("redis", params)->connect(*loop, {});
    run(*loop, [&] {
      Call call;
      const Key key{0, "k000000000000000"};
      std::string value(cache->get(key, call).value);
      ASSERT_FALSE(value.empty());
      value.back() = static_cast<char>(~value.back());
      EXPECT_EQ(cache->set(key, value, kForever, call), Stored::stored);
    });
  };
  const auto rows = plan_of(R"({"rounds": 1, "measure": {"operations": 1000}, "strategies": ["direct"],
    "workload": {"keys": {"distribution": "sequential", "count": 10}}, "app": {"clients": 1},
    "caches": [{"type": "redis", "key_prefix": "test:", "address": "redis://127.0.0.1:)" +
                            std::to_string(server.port()) + "\"}]}");
  const std::atomic<bool> never{false};
  const RunResult result = run_plan(rows, registry(), never, {.progress = damage, .libraries = {}}).runs.at(0);
  EXPECT_EQ(result.consistency.corrupt_values.value(), 100u);
  EXPECT_EQ(result.reads.failed, 100u);
  EXPECT_EQ(result.reads.fresh_hit, 900u);
  EXPECT_FALSE(result.validity.valid);
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
