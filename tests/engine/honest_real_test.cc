// Honesty on the real clock and real servers. Only what no noise of the machine can fake: delays that others make can
// be added to, but not taken away, and counts are exact.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>

#include "base/time.h"
#include "metrics/histogram.h"
#include "tests/cache/servers_fixture.h"
#include "tests/engine/own_server.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

// A process that disturbs a run from outside, for as long as `deed` takes, `after_ms` after its first round was told
// of.
class Saboteur {
 public:
  Saboteur(int after_ms, std::function<void()> deed)
      : after_ms_(after_ms),
        deed_(std::move(deed)),
        times_(static_cast<Times*>(
            mmap(nullptr, sizeof(Times), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
  ~Saboteur() {
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
    munmap(times_, sizeof(Times));
  }
  void tell(const RunProgress& progress) {
    if (progress.phase == "check") measured_by_ = real_now();  // after the last round
    if (!progress.phase.starts_with("round") || pid_ > 0) return;
    measured_from_ = real_now();
    pid_ = fork();
    if (pid_ != 0) return;
    usleep(static_cast<useconds_t>(after_ms_ * 1000));
    times_->begun = real_now();
    deed_();
    times_->done = real_now();
    _exit(0);
  }
  // Whether all of it lay within the measuring, wherever that lay between what was told before and after it: on a busy
  // machine either may get its CPU too late, and with sanitizers the clients alone take 100 ms to be forked. So much
  // more than that should lie before and after it.
  bool was_within(const RunResult& run) {
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
    const Duration slack = measured_by_ - measured_from_ - Duration(run.duration_ns);
    return times_->begun >= measured_from_ + slack && times_->done <= measured_by_ - slack;
  }

 private:
  struct Times {
    Time begun, done;
  };

  int after_ms_;
  std::function<void()> deed_;
  Times* times_;
  pid_t pid_ = -1;
  Time measured_from_ = {}, measured_by_ = {};
};

RunResult run_sabotaged(const std::string& scenario, int after_ms, const std::function<void()>& deed) {
  const std::atomic<bool> never{false};
  const std::vector<RowPlan> rows = plan_of(scenario);
  for (int attempt = 0; attempt < 20; ++attempt) {
    Saboteur saboteur(after_ms, deed);
    RunResult run =
        run_plan(rows, registry(), never,
                 {.progress = [&](const RunProgress& progress) { saboteur.tell(progress); }, .libraries = {}})
            .runs.at(0);
    if (run.skipped || saboteur.was_within(run)) return run;
  }
  RunResult none;
  none.skipped = "the machine is too busy: no sabotage of 20 lay within the measuring";
  return none;
}

// Stopped for D at least, a server delays an operation that was due when it stopped by D, and in an open loop all that
// were due meanwhile: the k-th largest response is D - k / lambda, and p99 of 6,000 is that of k = 60, p99.9 of k = 6.
// (Uncorrected, only the eight operations that were under way would show it.)
TEST(HonestReal, AStalledServerIsSeenInTheTail) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  constexpr double kStallMs = 300, kRate = 2000, kSeconds = 3;
  OwnServer server(Kind::redis);
  const pid_t pid = server.process().pid();
  const RunResult run =
      run_sabotaged(direct(server, "redis",
                           R"("measure": {"duration": "3s"}, "app": {"clients": 8, "connections": 8, "timeout": "10s"},
        "workload": {"keys": {"distribution": "uniform", "count": 100},
                     "arrivals": {"loop": "open", "rate": 2000, "process": "constant"}})"),
                    500, [pid] {
                      kill(pid, SIGSTOP);
                      usleep(static_cast<useconds_t>((kStallMs + 5) * 1000));
                      kill(pid, SIGCONT);
                    });
  ASSERT_FALSE(run.skipped) << *run.skipped;
  EXPECT_EQ(run.reads.failed, 0u);
  EXPECT_EQ(static_cast<double>(run.operations), kRate * kSeconds) << "nothing is left out while the server stands";
  EXPECT_GE(static_cast<double>(*run.read.response.max_ns) / 1e6, kStallMs);
  EXPECT_LT(static_cast<double>(*run.validity.longest_gap_ns - *run.observer.max_ns) / 1e6, kStallMs - 20)
      << "it was not us who stood, beyond what the machine did to all";
  const Histogram responses = Histogram::decode_v2(run.read.response.histogram);
  for (const double q : {0.99, 0.999}) {
    const double theory = kStallMs - (1 - q) * 1000 * kSeconds;
    EXPECT_GE(static_cast<double>(responses.quantile(q)) / 1e6, 0.8 * theory) << q;
  }
}

// The same delay every time, through clients, loop and recorder of real time: none is told to be shorter.
TEST(HonestReal, AKnownDelayIsNeverUnderReported) {
  for (const int ms : {1, 5, 20}) {
    const RunResult run = run_text(R"({"rounds": 1, "strategies": ["none"], "warmup": {"operations": 0},
      "measure": {"operations": 100}, "app": {"clients": 4}, "origin": {"type": "simulated", "concurrency": 0,
      "latency": {"distribution": "fixed", "value": ")" +
                                   std::to_string(ms) + R"(ms"}}})")
                              .runs.at(0);
    for (const Percentiles* latency : {&run.read.response, &run.read.service}) {
      EXPECT_EQ(latency->count, 100u);
      const Histogram histogram = Histogram::decode_v2(latency->histogram);
      EXPECT_GE(histogram.index_of_rank(1), Histogram::index_of(ms * 1'000'000)) << ms;
    }
  }
}

std::vector<pid_t> children_of(pid_t parent) {
  const std::string pid = std::to_string(parent);
  std::ifstream list("/proc/" + pid + "/task/" + pid + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

// Stops all of our own processes for 300 ms; not the server, which is a child of the test, too.
std::function<void()> stop_of_all(pid_t server = -1) {
  return [test = getpid(), server] {
    const auto all = children_of(test);
    const auto signal_all = [&](int number) {
      for (const pid_t pid : all) {
        if (pid != getpid() && pid != server) kill(pid, number);
      }
    };
    signal_all(SIGSTOP);
    usleep(300'000);
    signal_all(SIGCONT);
  };
}

bool children_are_listed() {
  const std::string pid = std::to_string(getpid());
  return std::ifstream("/proc/" + pid + "/task/" + pid + "/children").is_open();
}

// Somebody stops our own processes for 300 ms: what was due meanwhile shows it, and the row is not to be trusted.
TEST(HonestReal, AStallOfOurOwnMakesTheRowInvalid) {
  if (!children_are_listed()) GTEST_SKIP() << "this kernel does not list children";
  const RunResult run = run_sabotaged(R"({"rounds": 1, "strategies": ["none"], "warmup": {"operations": 0},
    "measure": {"duration": "1500ms"}, "app": {"clients": 8}, "origin": {"type": "simulated", "concurrency": 0,
    "latency": {"distribution": "fixed", "value": "100us"}},
    "workload": {"arrivals": {"loop": "open", "rate": 1000, "process": "constant"}}})",
                                      300, stop_of_all());
  ASSERT_FALSE(run.skipped) << *run.skipped;
  EXPECT_FALSE(run.validity.valid);
  EXPECT_THAT(run.validity.reasons, testing::Contains(doubt("loop-stalled")));
  EXPECT_GE(*run.validity.longest_gap_ns, 250'000'000);
  EXPECT_GE(*run.read.response.max_ns, 250'000'000) << "the response is counted from when it was due";
  EXPECT_GE(*run.observer.max_ns, 250'000'000) << "the jitter probe was stopped, too";
  EXPECT_EQ(run.operations, 1500u);
}

// In a closed loop the clients wait in the kernel for their replies nearly all the time, and the server's answers lie
// there when they wake: nothing but the clock tells of the stop. Whatever the loop did in that instant, it is told.
TEST(HonestReal, AStallOfOurOwnMakesAClosedLoopInvalid) {
  if (!children_are_listed()) GTEST_SKIP() << "this kernel does not list children";
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  OwnServer server(Kind::redis);
  for (const int clients : {1, 20}) {
    for (const int after_ms : {500, 533, 571}) {
      SCOPED_TRACE(testing::Message() << clients << " clients, " << after_ms << " ms");
      const RunResult run = run_sabotaged(
          direct(server, "redis",
                 R"("measure": {"duration": "1500ms"}, "app": {"clients": )" + std::to_string(clients) + "}"),
          after_ms, stop_of_all(server.process().pid()));
      ASSERT_FALSE(run.skipped) << *run.skipped;
      EXPECT_FALSE(run.validity.valid);
      EXPECT_THAT(run.validity.reasons, testing::Contains(doubt("loop-stalled")));
      EXPECT_GE(*run.validity.longest_gap_ns, 280'000'000);
    }
  }
}

// A thread's calls may block for as long as they like; that it was stopped the jitter probe tells.
TEST(HonestReal, AStallOfOurOwnMakesARowOfThreadsInvalid) {
  if (!children_are_listed()) GTEST_SKIP() << "this kernel does not list children";
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  OwnServer server(Kind::redis);
  for (const int clients : {1, 20}) {
    const RunResult run =
        run_sabotaged(direct(server, "redis",
                             R"("measure": {"duration": "1500ms"}, "app": {"model": "thread", "clients": )" +
                                 std::to_string(clients) + "}"),
                      500, stop_of_all(server.process().pid()));
    ASSERT_FALSE(run.skipped) << *run.skipped;
    EXPECT_FALSE(run.validity.valid) << clients << " clients; the probe's longest: " << run.observer.max_ns.value_or(0);
    EXPECT_THAT(run.validity.reasons, testing::Contains(doubt("machine-stalled")));
  }
}

// Clients cannot have been in operations, or have thought, for longer than there was time; and every figure of a rate
// is a count over that time.
TEST(HonestReal, IdentitiesHold) {
  for (const char* think : {"0s", "2ms"}) {
    for (const char* clock : {"real", "virtual"}) {
      const RunResult run = run_text(R"({"clock": ")" + std::string(clock) + R"(", "rounds": 2, "strategies": ["none"],
        "warmup": {"operations": 0}, "measure": {"duration": "400ms"}, "app": {"processes": 2, "clients": 5},
        "workload": {"mix": {"read": 0.8, "write": 0.2}, "arrivals": {"loop": "closed", "think": ")" +
                                     think + R"("}},
        "origin": {"type": "simulated", "concurrency": 0, "latency": {"distribution": "fixed", "value": "1ms"}}})")
                                .runs.at(0);
      SCOPED_TRACE(std::string(clock) + ", think " + think);
      EXPECT_EQ(operations_of(run), run.operations);
      EXPECT_EQ(run.read.response.count + run.write.response.count, run.operations);
      const double seconds = static_cast<double>(run.duration_ns) / 1e9;
      EXPECT_NEAR(run.throughput_ops_s * seconds, static_cast<double>(run.operations), 1e-3);
      EXPECT_LE(*run.validity.little_ratio, 1.0);
      EXPECT_LE(*run.validity.achieved_concurrency, 10);
      if (std::string(clock) == "virtual") {
        EXPECT_GE(*run.validity.little_ratio, 0.98);
      }
    }
  }
}

// In an open loop the time is the scenario's, so the rate is what was offered.
TEST(HonestReal, IdentitiesHoldForWhatWasAskedFor) {
  for (const char* clock : {"real", "virtual"}) {
    const RunResult run = run_text(R"({"clock": ")" + std::string(clock) + R"(", "rounds": 2, "strategies": ["none"],
      "warmup": {"operations": 0}, "measure": {"duration": "400ms"}, "app": {"processes": 2, "clients": 5},
      "workload": {"arrivals": {"loop": "open", "rate": 50, "process": "constant"}},
      "origin": {"type": "simulated", "concurrency": 0, "latency": {"distribution": "fixed", "value": "1ms"}}})")
                              .runs.at(0);
    SCOPED_TRACE(clock);
    EXPECT_EQ(run.operations, 20u) << "50/s x 400 ms";
    EXPECT_GE(run.duration_ns, 400'000'000);
    EXPECT_LE(run.throughput_ops_s, 50.0);
    if (std::string(clock) == "virtual") {
      EXPECT_DOUBLE_EQ(run.throughput_ops_s, 50.0);
    }
  }
}

// The cores that a process may run on.
std::vector<int> cores_of(pid_t pid) {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(pid, sizeof set, &set);
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<size_t>(core), &set)) cores.push_back(core);
  }
  return cores;
}

TEST(HonestReal, PinnedProcessesMayRunOnTheirCoreOnly) {
  const std::vector<int> ours = cores_of(0);
  if (!children_are_listed()) GTEST_SKIP() << "this kernel does not list children";
  if (ours.size() < 2) GTEST_SKIP() << "one core is one core, pinned or not";
  const std::string first = std::to_string(ours[1]), second = std::to_string(ours[0]);
  const std::string scenario = R"({"rounds": 1, "strategies": ["none"], "warmup": {"operations": 0},
    "measure": {"operations": 30}, "origin": {"type": "simulated", "latency": "1ms"},
    "app": {"clients": 1, "processes": 3)";
  const auto pinned_while_measuring = [&](const std::string& pin) {
    std::vector<int> pinned;
    const std::atomic<bool> never{false};
    const std::vector<RowPlan> rows = plan_of(scenario + pin + "}}");
    const auto look = [&](const RunProgress& progress) {
      if (!progress.phase.starts_with("round")) return;
      for (const pid_t child : children_of(getpid())) {
        const std::vector<int> cores = cores_of(child);
        if (cores.size() == 1) pinned.push_back(cores.front());
      }
    };
    EXPECT_FALSE(run_plan(rows, registry(), never, {.progress = look, .libraries = {}}).runs.at(0).skipped);
    return pinned;
  };
  EXPECT_THAT(pinned_while_measuring(", \"pin\": [" + first + ", " + second + ", " + first + "]"),
              testing::ElementsAre(ours[1], ours[0], ours[1]));
  EXPECT_THAT(pinned_while_measuring(""), testing::IsEmpty());
}

// Which of the newest keys a client asks for depends on how far the others' inserts are; how new it is, does not.
TEST(HonestReal, ReadsOfTheNewestKeysComeAfterThemAndAreTheSameStreamEveryTime) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  const std::string latest = R"("measure": {"operations": 5000}, "app": {"processes": 2, "clients": 20},
    "workload": {"keys": {"distribution": "latest", "count": 1000}, "mix": {"read": 0.8, "insert": 0.2}})";
  OwnServer server(Kind::redis);
  const Result real = run_text(direct(server, "redis", latest));
  const Result simulated = run_text(R"({"clock": "virtual", "strategies": ["direct"], "warmup": {"operations": 0},
    "caches": [{"type": "memory", "shared": true}], )" +
                                    latest + "}");
  const RunResult& run = real.runs.at(0);
  ASSERT_FALSE(run.skipped) << *run.skipped;
  EXPECT_EQ(run.reads.miss, 0u);
  EXPECT_GT(run.writes.acknowledged, 900u);
  EXPECT_EQ(run.stream_checksum, simulated.runs.at(0).stream_checksum);
}

// memtier_benchmark's clients all walk one sequence of keys, so that a server answers from its CPU's cache. Ours draw
// their own: a hundred reads by fifty clients of a thousand million keys are a hundred keys.
TEST(HonestTraps, EveryClientDrawsKeysOfItsOwn) {
  for (const char* loop : {R"({"loop": "closed"})", R"({"loop": "open", "rate": 100})"}) {
    const RunResult run = run_text(R"({"clock": "virtual", "rounds": 1, "strategies": ["cache-aside"],
      "caches": [{"type": "memory", "shared": true, "latency": "1us"}], "warmup": {"operations": 0},
      "measure": {"operations": 100}, "app": {"processes": 2, "clients": 25},
      "workload": {"keys": {"distribution": "uniform", "count": 1000000000}, "arrivals": )" +
                                   std::string(loop) + "}}")
                              .runs.at(0);
    EXPECT_EQ(run.reads.miss, 100u);
  }
}

// A Redis of a hundred bytes: answers the greeting at once, then two requests that came together, the second one 50 ms
// after the first.
void answer_late(const Socket& listener) {
  const Socket client(accept(listener.fd(), nullptr, nullptr));
  std::string asked;
  const auto await_requests = [&](int64_t count) {
    char bytes[512];
    while (std::count(asked.begin(), asked.end(), '*') < count) {
      const ssize_t n = recv(client.fd(), bytes, sizeof bytes, 0);
      if (n <= 0) _exit(1);
      asked.append(bytes, static_cast<size_t>(n));
    }
  };
  const auto say = [&](std::string_view text) { send(client.fd(), text.data(), text.size(), MSG_NOSIGNAL); };
  await_requests(1);
  say("+PONG\r\n");
  await_requests(3);
  say("$-1\r\n");
  usleep(50'000);
  say("$-1\r\n");
  char end = 0;
  recv(client.fd(), &end, 1, 0);  // until it is closed
}

// redis-benchmark gives all replies of a pipeline the time of the first.
TEST(HonestTraps, AReplysTimeIsItsOwn) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  const std::string path = run_directory() + "/late.sock";
  const Socket listener(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listener.fd(), 8), 0);
  const pid_t server = fork();
  if (server == 0) answer_late(listener), _exit(0);
  {
    Params params = params_for(Kind::redis);
    params.put("address", "redis+unix://" + path);
    const std::unique_ptr<Loop> loop = Loop::real();
    const std::unique_ptr<Cache> cache = make(Kind::redis, params)->connect(*loop, {.connections = 1, .timeout = 10s});
    std::vector<Duration> took;
    for (int i = 0; i < 2; ++i) {
      loop->spawn([&] {
        const Time start = loop->now();
        Call call{.deadline = start + 10s};
        EXPECT_EQ(cache->get({0, "key"}, call).status, Lookup::Status::miss);
        took.push_back(loop->now() - start);
      });
    }
    loop->run();
    ASSERT_EQ(took.size(), 2u);
    EXPECT_GE(took[1], 50ms) << "the first took " << took[0].count() << " ns";
  }
  int status = 0;
  waitpid(server, &status, 0);
  EXPECT_EQ(status, 0) << "both requests left before the first reply";
}

}  // namespace
}  // namespace hitbench
