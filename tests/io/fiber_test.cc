#include "io/fiber.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "io/scheduler.h"

namespace hitbench {
namespace {

using testing::ElementsAre;

TEST(Fiber, IsLeftInTheMiddleAndEnteredAgain) {
  Scheduler home;
  Outside outside;
  Fiber fiber(home, outside, 0);
  std::vector<int> steps;
  fiber.start([&] {
    steps.push_back(1);
    fiber.leave();
    steps.push_back(3);
  });
  fiber.enter();
  steps.push_back(2);
  fiber.enter();
  EXPECT_THAT(steps, ElementsAre(1, 2, 3));
  EXPECT_TRUE(fiber.has_ended());
}

TEST(Fiber, LeavesStraightToAnotherAndGoesOnFromOutside) {
  Scheduler home;
  Outside outside;
  Fiber first(home, outside, 0), second(home, outside, 1);
  std::vector<int> steps;
  first.start([&] {
    steps.push_back(1);
    first.leave_to(second);
    steps.push_back(4);
    first.leave_to(second);
    steps.push_back(6);
  });
  second.start([&] {
    steps.push_back(2);
    second.leave();
    steps.push_back(5);
  });
  first.enter();
  EXPECT_TRUE(first.is_suspended() && second.is_suspended());
  steps.push_back(3);
  first.enter();
  EXPECT_TRUE(first.is_suspended() && second.has_ended());
  first.enter();
  EXPECT_TRUE(first.has_ended());
  EXPECT_THAT(steps, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Fiber, RunsAnotherBodyOnTheSameStack) {
  Scheduler home;
  Outside outside;
  Fiber fiber(home, outside, 0);
  std::vector<const void*> places;
  for (int i = 0; i < 2; ++i) {
    fiber.start([&] {
      volatile char local = 'x';
      places.push_back(const_cast<const char*>(&local));
    });
    fiber.enter();
  }
  EXPECT_EQ(places[0], places[1]);
}

// ThreadSanitizer has room for 65,536 calls in one another; a body may leave none there.
TEST(Fiber, RunsAHundredThousandBodiesOneAfterTheOther) {
  Scheduler home;
  Outside outside;
  Fiber fiber(home, outside, 0);
  int bodies = 0;
  for (int i = 0; i < 100'000; ++i) {
    fiber.start([&] {
      fiber.leave();
      ++bodies;
    });
    fiber.enter();
    fiber.enter();
    fiber.after_end();
  }
  EXPECT_EQ(bodies, 100'000);
}

TEST(Fiber, KeepsWhatItsBodyThrew) {
  Scheduler home;
  Outside outside;
  Fiber fiber(home, outside, 0);
  fiber.start([] { throw std::runtime_error("broken"); });
  fiber.enter();
  EXPECT_TRUE(fiber.has_ended());
  EXPECT_THROW(std::rethrow_exception(fiber.take_failure()), std::runtime_error);
}

TEST(Fiber, UnwindsItsStackWhenCancelledEvenIfADestructorWaits) {
  Scheduler home;
  Outside outside;
  Fiber fiber(home, outside, 0);
  struct WaitsAtTheEnd {
    Fiber& fiber;
    int& steps;
    ~WaitsAtTheEnd() {
      fiber.leave();
      ++steps;
    }
  };
  int steps = 0;
  fiber.start([&] {
    const WaitsAtTheEnd guard{fiber, steps};
    fiber.leave();
    steps += 10;
  });
  fiber.enter();
  fiber.cancel();
  fiber.enter();
  EXPECT_TRUE(fiber.has_ended());
  EXPECT_EQ(steps, 1);
  EXPECT_EQ(fiber.take_failure(), nullptr);
}

TEST(Fiber, LivesOnSeveralThreadsSideBySide) {
  std::vector<std::thread> threads;
  std::vector<int> turns(2);
  for (size_t thread = 0; thread < 2; ++thread) {
    threads.emplace_back([&turns, thread] {
      const std::unique_ptr<Loop> loop = Loop::real();
      for (int i = 0; i < 50; ++i) {
        loop->spawn([&] {
          for (int turn = 0; turn < 100; ++turn) {
            ++turns[thread];
            loop->yield();
          }
        });
      }
      loop->run();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(turns, ElementsAre(5000, 5000));
}

}  // namespace
}  // namespace hitbench
