// What holds for both loops.
#include "io/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace hitbench {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using testing::ElementsAre;

// ThreadSanitizer knows 8,128 threads at most.
#if defined(__SANITIZE_THREAD__)
constexpr int kFibers = 1'000;
#elif defined(__has_feature)
constexpr int kFibers = __has_feature(thread_sanitizer) ? 1'000 : 10'000;
#else
constexpr int kFibers = 10'000;
#endif

class BothLoops : public testing::TestWithParam<bool> {
 protected:
  std::unique_ptr<Loop> loop = GetParam() ? Loop::virtual_time() : Loop::real();
};
INSTANTIATE_TEST_SUITE_P(Clocks, BothLoops, testing::Bool(),
                         [](const auto& param) { return param.param ? "Virtual" : "Real"; });

TEST_P(BothLoops, RunsFibersInTheOrderInWhichTheyWereSpawnedAndYielded) {
  std::vector<std::string> order;
  for (const char* name : {"a", "b", "c"}) {
    loop->spawn([&, name] {
      for (int turn = 1; turn <= 2; ++turn) {
        order.push_back(name + std::to_string(turn));
        loop->yield();
      }
    });
  }
  loop->run();
  EXPECT_THAT(order, ElementsAre("a1", "b1", "c1", "a2", "b2", "c2"));
}

TEST_P(BothLoops, SpawnsFromFibersAndRunsAgain) {
  int runs = 0;
  loop->spawn([&] { loop->spawn([&] { ++runs; }); });
  loop->run();
  EXPECT_EQ(runs, 1);
  loop->spawn([&] { ++runs; });
  loop->run();
  EXPECT_EQ(runs, 2);
}

// How often a fiber that never waits goes on before another that is ready has its turn.
int calls_until_anothers_turn(Loop& loop, bool after_a_wait) {
  int calls = 0;
  bool others_turn = false;
  loop.spawn([&] {
    if (after_a_wait) loop.yield();
    loop.spawn([&] { others_turn = true; });
    bool yielded = false;
    while (!yielded && calls < 1000) {
      yielded = loop.yield_unless_waited();
      EXPECT_EQ(others_turn, yielded);
      ++calls;
    }
  });
  loop.run();
  return calls;
}

TEST_P(BothLoops, GivesTheOthersATurnAfterAFewCallsWithoutAWait) {
  EXPECT_LE(calls_until_anothers_turn(*loop, false), loop->is_virtual() ? 1 : 16);
}

TEST_P(BothLoops, KnowsThatTheOthersHadTheirTurnWhenTheFiberHasWaited) {
  const int calls = calls_until_anothers_turn(*loop, true);
  EXPECT_GE(calls, loop->is_virtual() ? 1 : 2);
  EXPECT_LE(calls, loop->is_virtual() ? 1 : 17);
}

TEST_P(BothLoops, WakesWaitersOfAnEventInOrder) {
  Event event;
  std::vector<int> order;
  for (int i = 0; i < 3; ++i) {
    loop->spawn([&, i] {
      EXPECT_TRUE(loop->wait(event, i == 1 ? loop->now() + hours(1) : kNever));
      order.push_back(i);
    });
  }
  loop->spawn([&] {
    event.set();
    event.clear();
  });
  loop->run();
  EXPECT_THAT(order, ElementsAre(0, 1, 2));
  EXPECT_FALSE(event.is_set());
}

TEST_P(BothLoops, ReturnsAtOnceFromASetEvent) {
  Event event;
  event.set();
  bool came = false;
  loop->spawn([&] { came = loop->wait(event, kNever); });
  loop->run();
  EXPECT_TRUE(came);
}

TEST_P(BothLoops, TimesOutOfAnEventThatNobodySets) {
  Event event;
  bool came = true;
  Duration waited{0};
  loop->spawn([&] {
    const Time begin = loop->now();
    came = loop->wait(event, begin + microseconds(200));
    waited = loop->now() - begin;
  });
  loop->run();
  EXPECT_FALSE(came);
  EXPECT_GE(waited, microseconds(200));
}

TEST_P(BothLoops, WakesSleepersInTheOrderOfTheirTimes) {
  std::vector<int> order;
  bool all_sleep = false;  // before the first is due; else this process did not run meanwhile, and tries again
  while (!all_sleep) {
    order.clear();
    const Time begin = loop->now() + microseconds(20000);
    for (const int delay : {300, 100, 200}) {
      loop->spawn([&, delay, begin] {
        loop->sleep_until(begin + microseconds(delay));
        order.push_back(delay);
      });
    }
    loop->spawn([&, begin] { all_sleep = loop->now() < begin; });
    loop->run();
  }
  EXPECT_THAT(order, ElementsAre(100, 200, 300));
}

TEST_P(BothLoops, ThrowsWhatEscapesAFiberAndUnwindsTheOthers) {
  struct Noted {
    bool& gone;
    ~Noted() { gone = true; }
  };
  std::array<bool, 4> gone{};
  Event event;
  loop->spawn([&] {
    const Noted noted{gone[0]};
    loop->wait(event, kNever);
  });
  loop->spawn([&] {
    const Noted noted{gone[1]};
    loop->sleep_until(loop->now() + hours(1));
  });
  loop->spawn([&] {
    const Noted noted{gone[2]};
    while (true) loop->yield();
  });
  loop->spawn([&] {
    const Noted noted{gone[3]};
    loop->yield();
    throw std::runtime_error("broken");
  });
  EXPECT_THROW(
      {
        try {
          loop->run();
        } catch (const std::runtime_error& error) {
          EXPECT_STREQ(error.what(), "broken");
          throw;
        }
      },
      std::runtime_error);
  EXPECT_THAT(gone, ElementsAre(true, true, true, true));

  bool ran = false;
  loop->spawn([&] { ran = true; });
  loop->run();
  EXPECT_TRUE(ran) << "a loop is usable after an exception";
}

TEST_P(BothLoops, LetsAFiberCatchItsOwnExceptionsAroundAWait) {
  std::vector<int> caught;
  for (int i = 0; i < 2; ++i) {
    loop->spawn([&, i] {
      try {
        loop->yield();
        throw i;
      } catch (int value) {
        caught.push_back(value);
      }
      loop->yield();
    });
  }
  loop->run();
  EXPECT_THAT(caught, ElementsAre(0, 1));
}

TEST_P(BothLoops, DropsFibersThatNeverRan) {
  auto held = std::make_shared<int>(1);
  loop->spawn([held] {});
  loop.reset();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_P(BothLoops, RunsSetUpCodeOnAFiberFromInsideAndOutside) {
  int runs = 0;
  run_on_fiber(*loop, [&] {
    EXPECT_TRUE(loop->in_fiber());
    ++runs;
    run_on_fiber(*loop, [&] { ++runs; });
  });
  EXPECT_FALSE(loop->in_fiber());
  EXPECT_EQ(runs, 2);
}

TEST_P(BothLoops, HoldsTenThousandFibers) {
  Event all;
  int arrived = 0;
  int ended = 0;
  for (int i = 0; i < kFibers; ++i) {
    loop->spawn([&] {
      for (int turn = 0; turn < 3; ++turn) loop->yield();
      if (++arrived == kFibers) all.set();
      loop->wait(all, kNever);
      ++ended;
    });
  }
  loop->run();
  EXPECT_EQ(ended, kFibers);
}

using LoopDeathTest = BothLoops;
INSTANTIATE_TEST_SUITE_P(Clocks, LoopDeathTest, testing::Bool(),
                         [](const auto& param) { return param.param ? "Virtual" : "Real"; });

TEST_P(LoopDeathTest, RefusesToWaitInACatch) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        loop->spawn([&] {
          try {
            throw 1;
          } catch (int) {
            Event event;
            loop->wait(event, kNever);
          }
        });
        loop->run();
      },
      "waits in a catch");
}

TEST_P(LoopDeathTest, RefusesToWaitForEver) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Event event;
        loop->spawn([&] { loop->wait(event, kNever); });
        loop->run();
      },
      "waits forever");
}

}  // namespace
}  // namespace hitbench
