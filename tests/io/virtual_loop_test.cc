#include "io/virtual_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "io/loop.h"

namespace hitbench {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::nanoseconds;
using testing::ElementsAre;

class VirtualLoop : public testing::Test {
 protected:
  std::unique_ptr<Loop> loop = Loop::virtual_time();

  Time at(int64_t time_ns) const { return Time(nanoseconds(time_ns)); }
};

TEST_F(VirtualLoop, StartsAtZeroAndJumpsToTheNextTimer) {
  EXPECT_EQ(loop->now(), Time{});
  Time woken{};
  loop->spawn([&] {
    loop->sleep_until(Time(hours(5)));
    woken = loop->now();
  });
  loop->run();
  EXPECT_EQ(woken, Time(hours(5)));
}

TEST_F(VirtualLoop, TimesOutExactly) {
  Event event;
  Time woken{};
  loop->spawn([&] {
    EXPECT_FALSE(loop->wait(event, at(1234)));
    woken = loop->now();
  });
  loop->spawn([&] {
    loop->sleep_until(at(1235));
    event.set();
  });
  loop->run();
  EXPECT_EQ(woken, at(1234));
}

TEST_F(VirtualLoop, ReturnsAtOnceWhenADeadlineHasPassed) {
  Event event;
  loop->spawn([&] {
    loop->sleep_until(at(50));
    EXPECT_FALSE(loop->wait(event, at(50)));
    loop->sleep_until(at(10));
    EXPECT_EQ(loop->now(), at(50));
  });
  loop->run();
}

TEST_F(VirtualLoop, ForgetsTheTimerOfAnEventThatCame) {
  Event event;
  loop->spawn([&] { EXPECT_TRUE(loop->wait(event, Time(hours(1)))); });
  loop->spawn([&] {
    loop->sleep_until(at(7));
    event.set();
  });
  loop->run();
  EXPECT_EQ(loop->now(), at(7));
}

TEST_F(VirtualLoop, ChargesOneNanosecondForATurn) {
  std::vector<std::string> order;
  const auto note = [&](const char* name) {
    order.push_back(name + std::to_string(loop->now().time_since_epoch().count()));
  };
  for (const char* name : {"a", "b"}) {
    loop->spawn([&, name] {
      note(name);
      loop->yield();
      note(name);
      loop->yield();
      note(name);
    });
  }
  loop->run();
  EXPECT_THAT(order, ElementsAre("a0", "b0", "a1", "b1", "a2", "b2"));
}

TEST_F(VirtualLoop, FiresTiesInTheOrderInWhichTimersWereSet) {
  std::vector<char> order;
  Event event;
  loop->spawn([&] {  // sets its timer first
    loop->wait(event, at(10));
    order.push_back('e');
  });
  loop->spawn([&] {
    loop->sleep_until(at(10));
    order.push_back('s');
  });
  loop->spawn([&] {
    loop->sleep_until(at(9));
    loop->yield();  // due at 10 as well, but set last
    order.push_back('y');
  });
  loop->run();
  EXPECT_THAT(order, ElementsAre('e', 's', 'y'));
}

TEST_F(VirtualLoop, GivesAnEventThatIsSetBeforeATiedDeadlineTheFirstWord) {
  Event event;
  bool came = false;
  loop->spawn([&] {
    loop->sleep_until(at(10));
    event.set();
  });
  loop->spawn([&] { came = loop->wait(event, at(10)); });
  loop->run();
  EXPECT_TRUE(came);
}

// Sleeps, turns and timeouts of many fibers, against a plain sort of what was asked.
TEST_F(VirtualLoop, FiresThousandsOfTimersInOrder) {
  Rng rng(1);
  std::vector<Time> fired;
  std::vector<Time> wanted;
  Event never;
  for (int i = 0; i < 2000; ++i) {
    const Time due = at(static_cast<int64_t>(rng.below(5000)) + 1);
    wanted.push_back(due);
    loop->spawn([&, due, i] {
      if (i % 2 == 0) {
        loop->sleep_until(due);
      } else {
        EXPECT_FALSE(loop->wait(never, due));
      }
      EXPECT_EQ(loop->now(), due);
      fired.push_back(loop->now());
    });
  }
  loop->run();
  std::sort(wanted.begin(), wanted.end());
  EXPECT_EQ(fired, wanted);
}

TEST_F(VirtualLoop, RunsTheSameWayTwice) {
  const auto trace = [] {
    const std::unique_ptr<Loop> own = Loop::virtual_time();
    std::vector<std::pair<int, Time>> steps;
    Event event;
    for (int i = 0; i < 50; ++i) {
      own->spawn([&, i] {
        Rng rng(7, 0, static_cast<uint64_t>(i));
        for (int step = 0; step < 100; ++step) {
          const Time due = own->now() + nanoseconds(1 + rng.below(20));
          switch (rng.below(4)) {
            case 0:
              own->yield();
              break;
            case 1:
              own->wait(event, due);
              break;
            case 2:
              event.set();
              event.clear();
              break;
            default:
              own->sleep_until(due);
          }
          steps.emplace_back(i, own->now());
        }
      });
    }
    own->run();
    return steps;
  };
  const auto first = trace();
  EXPECT_EQ(first.size(), 5000u);
  EXPECT_EQ(first, trace());
}

// One fiber that sleeps for ever needs no switch, two that wake each other do.
TEST(VirtualLoopThatIsStopped, EndsARunThatWouldNotEndByItself) {
  for (const int fibers : {1, 2}) {
    std::atomic<bool> stop{true};
    const std::unique_ptr<Loop> own = make_virtual_loop(&stop);
    int unwound = 0;
    struct Leaving {
      ~Leaving() { ++count; }
      int& count;
    };
    for (int i = 0; i < fibers; ++i) {
      own->spawn([&] {
        const Leaving leaving{unwound};
        while (true) own->sleep_until(own->now() + nanoseconds(1));
      });
    }
    EXPECT_THROW(own->run(), Error);
    EXPECT_EQ(unwound, fibers);
  }
}

using VirtualLoopDeathTest = VirtualLoop;

TEST_F(VirtualLoopDeathTest, HasNoDescriptors) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(loop->watch(0), "no descriptors");
}

}  // namespace
}  // namespace hitbench
