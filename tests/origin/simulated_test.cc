#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/math.h"
#include "io/loop.h"
#include "origin/parts.h"
#include "tests/origin/fake_rows.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

class Fixed final : public DurationDistribution {
 public:
  explicit Fixed(Duration value) : value_(value) {}
  Duration next(Rng&) const override { return value_; }
  Duration mean() const override { return value_; }

 private:
  Duration value_;
};

class Exponential final : public DurationDistribution {
 public:
  explicit Exponential(Duration mean) : mean_(mean) {}
  Duration next(Rng& rng) const override {
    return Duration(static_cast<int64_t>(-portable::log(rng.uniform_positive()) * static_cast<double>(mean_.count())));
  }
  Duration mean() const override { return mean_; }

 private:
  Duration mean_;
};

std::unique_ptr<DurationDistribution> make_latency(const Part& part) {
  const Duration value = part.params.duration("value");
  if (part.type == "exponential") return std::make_unique<Exponential>(value);
  return std::make_unique<Fixed>(value);
}

struct Setting {
  Duration service;
  int64_t concurrency = 1;
  double errors = 0;
  const char* distribution = "fixed";
  std::optional<Duration> write_service = {};
};

std::unique_ptr<OriginServer> started(const Setting& setting, uint64_t rows = 100, uint64_t capacity = 200) {
  auto latency = std::make_shared<Part>();
  latency->type = setting.distribution;
  latency->params.put("value", setting.service);
  Params params;
  params.put("latency", std::shared_ptr<const Part>(latency));
  if (setting.write_service) {
    Part writes{.type = "fixed", .name = "fixed", .params = {}};
    writes.params.put("value", *setting.write_service);
    params.put("write_latency", std::make_shared<const Part>(writes));
  }
  params.put("concurrency", setting.concurrency);
  params.put("errors", setting.errors);
  auto server = make_simulated(params, {.seed = 7, .clients = 100, .make_latency = make_latency});
  server->start(std::make_shared<FakeRows>(rows, capacity));
  return server;
}

class Simulated : public testing::Test {
 protected:
  void open(const Setting& setting) {
    server = started(setting);
    origin = server->connect(*loop, 0);
  }
  void run(const std::function<void()>& body) {
    loop->spawn(body);
    loop->run();
  }

  std::unique_ptr<Loop> loop = Loop::virtual_time();
  std::unique_ptr<OriginServer> server;
  std::unique_ptr<Origin> origin;
  Call call;
};

Key key(uint64_t id) { return {id, "unused"}; }

TEST_F(Simulated, WritesMayTakeAnotherTimeThanLoads) {
  open({.service = 2ms, .write_service = 5ms});
  run([&] {
    const Time start = loop->now();
    EXPECT_TRUE(origin->store(key(1), 9, "x", call).ok);
    EXPECT_EQ(loop->now() - start, 5ms);
    EXPECT_EQ(origin->load(key(1), call).write_id, 9u);
    EXPECT_EQ(loop->now() - start, 7ms);
    EXPECT_TRUE(origin->erase(key(1), 10, call).ok);
    EXPECT_EQ(loop->now() - start, 12ms);
    EXPECT_EQ(origin->load(key(1), call).write_id, 10u) << "an absent row says which write erased it";
  });
}

TEST_F(Simulated, ServesInTheOrderOfArrivalWithSoManyServers) {
  for (const int64_t servers : {1, 3, 8}) {
    open({.service = 2ms, .concurrency = servers});
    const Time start = loop->now();
    std::vector<Duration> ends;
    for (int i = 1; i <= 20; ++i) {
      loop->spawn([&] {
        Call own;
        const Loaded loaded = origin->load(key(1), own);
        EXPECT_EQ(loaded.took, 2ms);  // without its queueing
        ends.push_back(loop->now() - start);
      });
    }
    loop->run();
    ASSERT_EQ(ends.size(), 20u);
    for (int64_t i = 1; i <= 20; ++i) {
      EXPECT_EQ(ends[static_cast<size_t>(i - 1)], 2ms * ((i + servers - 1) / servers)) << i << " of " << servers;
    }
    const OriginUsage usage = server->usage();
    EXPECT_EQ(usage.loads, 20u);
    EXPECT_EQ(usage.queued, 20u - static_cast<uint64_t>(servers));
    EXPECT_EQ(usage.peak_concurrent_loads, 20u);
    EXPECT_EQ(usage.peak_concurrent_loads_per_key, 20u);
  }
}

TEST_F(Simulated, AddsUpTheWaits) {
  open({.service = 1ms, .concurrency = 1});
  for (int i = 0; i < 4; ++i) {
    loop->spawn([&] {
      Call own;
      origin->load(key(1), own);
    });
  }
  loop->run();
  EXPECT_EQ(server->usage().queue_wait_total, 0ms + 1ms + 2ms + 3ms);
}

TEST_F(Simulated, ServesAllAtOnceWithoutALimit) {
  open({.service = 2ms, .concurrency = 0});
  for (int i = 0; i < 50; ++i) {
    loop->spawn([&] {
      Call own;
      origin->load(key(1), own);
      EXPECT_EQ(loop->now(), Time(2ms));
    });
  }
  loop->run();
  EXPECT_EQ(server->usage().queued, 0u);
}

// One load at the end of a busy period must find its server idle again.
TEST_F(Simulated, ForgetsABusyPeriodThatIsOver) {
  open({.service = 2ms, .concurrency = 1});
  run([&] {
    origin->load(key(1), call);
    loop->sleep_until(Time(10ms));
    origin->load(key(1), call);
    EXPECT_EQ(loop->now(), Time(12ms));
  });
  EXPECT_EQ(server->usage().queued, 0u);
}

// Mean time in the system of Poisson arrivals. Deterministic service (Pollaczek-Khinchine): s + rho s / (2 (1 - rho));
// s = 200 us and 2500/s: 0.300 ms. Two servers with exponential service (Erlang C, rho 0.75 each: C = 0.642857),
// s = 1 ms, 1500/s: 1 + 0.642857 / (2000 - 1500) * 1000 = 2.2857 ms. A service 20 % longer gives 0.42 and 6.3 ms.
class Queue : public Simulated {
 protected:
  double mean_response_ms(double rate, int arrivals) {
    Rng rng(21);
    Duration total{0};
    int done = 0;
    loop->spawn([&, rate, arrivals] {
      for (int i = 0; i < arrivals; ++i) {
        const double gap_ns = -1e9 / rate * portable::log(rng.uniform_positive());
        loop->sleep_until(loop->now() + Duration(static_cast<int64_t>(gap_ns)));
        loop->spawn([&] {
          Call own;
          const Time arrived = loop->now();
          origin->load(key(rng.below(100)), own);
          total += loop->now() - arrived;
          ++done;
        });
      }
    });
    loop->run();
    EXPECT_EQ(done, arrivals);
    return static_cast<double>(total.count()) / arrivals / 1e6;
  }
};

TEST_F(Queue, WaitsAsLongAsPollaczekAndKhinchineSay) {
  open({.service = 200us, .concurrency = 1});
  EXPECT_NEAR(mean_response_ms(2500, 200000), 0.300, 0.009);
}

TEST_F(Queue, WaitsAsLongAsErlangSaysWithTwoServers) {
  open({.service = 1ms, .concurrency = 2, .distribution = "exponential"});
  EXPECT_NEAR(mean_response_ms(1500, 300000), 2.2857, 0.07);
}

TEST_F(Simulated, GivesUpAtTheDeadlineAndLeavesItsJobInTheQueue) {
  open({.service = 2ms, .concurrency = 1});
  run([&] {
    call.deadline = Time(1ms);
    EXPECT_EQ(origin->load(key(1), call).status, Loaded::Status::failed);
    EXPECT_EQ(loop->now(), Time(1ms));
    call.deadline = Time(10ms);
    EXPECT_EQ(origin->load(key(1), call).status, Loaded::Status::found);
    EXPECT_EQ(loop->now(), Time(4ms));
  });
  EXPECT_EQ(server->usage().failed, 1u);
  EXPECT_EQ(server->usage().queue_wait_total, 1ms);
}

TEST_F(Simulated, AnswersAtTheVeryDeadline) {
  open({.service = 2ms, .concurrency = 1});
  run([&] {
    call.deadline = Time(2ms);
    EXPECT_EQ(origin->load(key(1), call).status, Loaded::Status::found);
  });
}

TEST_F(Simulated, FailsItsShareAfterTheirTime) {
  open({.service = 1us, .concurrency = 0, .errors = 0.3});
  int failed = 0;
  run([&] {
    for (int i = 0; i < 20000; ++i) {
      const Time begin = loop->now();
      if (origin->load(key(1), call).status == Loaded::Status::failed) ++failed;
      ASSERT_EQ(loop->now() - begin, 1us);
    }
  });
  EXPECT_NEAR(failed / 20000.0, 0.3, 0.015);  // four and a half standard deviations
  EXPECT_EQ(server->usage().failed, static_cast<uint64_t>(failed));
}

TEST_F(Simulated, WritesNothingWhenItFails) {
  open({.service = 1us, .concurrency = 0, .errors = 1});
  run([&] { EXPECT_FALSE(origin->store(key(1), 5, "p", call).ok); });
  open({.service = 1ms, .concurrency = 1});
  run([&] {
    call.deadline = loop->now() + 1us;
    EXPECT_FALSE(origin->store(key(1), 5, "p", call).ok);
    call.deadline = kNever;
    EXPECT_EQ(origin->load(key(1), call).write_id, 0u);
  });
}

TEST_F(Simulated, HoldsTheRowsItStartedWith) {
  open({.service = 1us});
  run([&] {
    const Loaded loaded = origin->load(key(99), call);
    EXPECT_EQ(loaded.status, Loaded::Status::found);
    EXPECT_EQ(loaded.value, "row 99 by write 0");
    EXPECT_EQ(loaded.write_id, 0u);
    EXPECT_EQ(loaded.row_version, 0u);
    EXPECT_EQ(origin->load(key(100), call).status, Loaded::Status::absent);
    EXPECT_EQ(origin->load(key(kFirstAbsentKey + 5), call).status, Loaded::Status::absent);
  });
  EXPECT_EQ(server->usage().failed, 0u);  // absent is an answer
}

TEST_F(Simulated, ReadsWhatWasWrittenAndCountsVersions) {
  open({.service = 1us});
  run([&] {
    EXPECT_EQ(origin->store(key(1), 41, "unused", call).row_version, 1u);
    EXPECT_EQ(origin->store(key(1), 42, "unused", call).row_version, 2u);
    const Loaded loaded = origin->load(key(1), call);
    EXPECT_EQ(loaded.value, "row 1 by write 42");
    EXPECT_EQ(loaded.write_id, 42u);
    EXPECT_EQ(loaded.row_version, 2u);
    EXPECT_EQ(origin->load(key(2), call).row_version, 0u);
  });
}

TEST_F(Simulated, ErasesInsertsAndGoesOnCounting) {
  open({.service = 1us});
  run([&] {
    EXPECT_TRUE(origin->erase(key(1), 99, call).ok);
    EXPECT_EQ(origin->load(key(1), call).status, Loaded::Status::absent);
    EXPECT_EQ(origin->load(key(1), call).row_version, 1u);
    EXPECT_EQ(origin->store(key(1), 9, "unused", call).row_version, 2u);
    EXPECT_EQ(origin->load(key(1), call).value, "row 1 by write 9");
    EXPECT_TRUE(origin->store(key(150), 10, "unused", call).ok);
    EXPECT_EQ(origin->load(key(150), call).value, "row 150 by write 10");
    EXPECT_FALSE(origin->store(key(200), 11, "unused", call).ok);  // beyond the capacity
  });
}

TEST_F(Simulated, ReadsAndWritesAtTheEndOfTheirService) {
  open({.service = 2ms, .concurrency = 2});
  loop->spawn([&] {
    Call own;
    EXPECT_EQ(origin->load(key(1), own).write_id, 0u);  // ends at 2 ms, before the write does
  });
  loop->spawn([&] {
    Call own;
    loop->sleep_until(Time(1ms));
    origin->store(key(1), 8, "unused", own);  // ends at 3 ms
  });
  loop->spawn([&] {
    Call own;
    loop->sleep_until(Time(2ms));
    EXPECT_EQ(origin->load(key(1), own).write_id, 8u);  // begins before the write ends, and ends after it
  });
  loop->run();
}

TEST_F(Simulated, DrawsTheSameTimesAgain) {
  std::vector<std::vector<Duration>> runs;
  for (int i = 0; i < 2; ++i) {
    open({.service = 1ms, .distribution = "exponential"});
    runs.emplace_back();
    run([&] {
      for (int n = 0; n < 100; ++n) runs.back().push_back(origin->load(key(1), call).took);
    });
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_NE(runs[0][0], runs[0][1]);
}

// Real time, so nothing is said about how long anything takes: only what one database must have counted.
TEST(SimulatedOverProcesses, IsOneDatabaseWithOneQueue) {
  const auto server = started({.service = 200us, .concurrency = 1});
  const auto body = [&](uint64_t process) {
    const auto loop = Loop::real();
    const auto origin = server->connect(*loop, static_cast<int>(process));
    for (uint64_t client = 0; client < 5; ++client) {
      loop->spawn([&, client] {
        Call call;
        for (uint64_t i = 0; i < 20; ++i) {
          EXPECT_TRUE(origin->store(key(7), 1 + process * 1000 + client * 100 + i, "unused", call).ok);
          EXPECT_EQ(origin->load(key(7), call).status, Loaded::Status::found);
        }
      });
    }
    loop->run();
  };
  const Time begin = Loop::real()->now();
  const pid_t first = fork_child([&] { body(0); }), second = fork_child([&] { body(1); });
  expect_good_end(first);
  expect_good_end(second);
  const Duration took = Loop::real()->now() - begin;

  const OriginUsage usage = server->usage();
  EXPECT_EQ(usage.loads, 200u);
  EXPECT_EQ(usage.stores, 200u);
  EXPECT_EQ(usage.failed, 0u);
  EXPECT_GE(usage.queued, 300u);  // five clients a process, one server
  EXPECT_GE(took, 400 * 200us);   // one server cannot have been faster: sleeps are never short
  const auto loop = Loop::real();
  const auto origin = server->connect(*loop, 0);
  loop->spawn([&] {
    Call call;
    EXPECT_EQ(origin->load(key(7), call).row_version, 200u);  // no write was lost
  });
  loop->run();
}

TEST(SimulatedOverProcesses, OutlivesOneThatIsKilled) {
  const auto server = started({.service = 1ms, .concurrency = 1});
  const pid_t child = fork_child([&] {
    const auto loop = Loop::real();
    const auto origin = server->connect(*loop, 0);
    loop->spawn([&] {
      Call call;
      while (true) origin->store(key(1), 1, "unused", call);
    });
    loop->run();
  });
  while (server->usage().stores < 5) usleep(1000);
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  const auto loop = Loop::real();
  const auto origin = server->connect(*loop, 0);
  loop->spawn([&] {
    Call call;
    EXPECT_EQ(origin->load(key(1), call).status, Loaded::Status::found);
  });
  loop->run();
}

}  // namespace
}  // namespace hitbench
