// Groups of fibers: what ends and pauses together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/loop.h"

namespace hitbench {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class Groups : public testing::Test {
 protected:
  // Notes the time in ms when its scope is left.
  struct Note {
    ~Note() { notes.push_back(static_cast<int>((loop.now() - Time{}) / milliseconds(1))); }
    Loop& loop;
    std::vector<int>& notes;
  };

  void sleep_ms(int until) { loop->sleep_until(Time(milliseconds(until))); }

  std::unique_ptr<Loop> loop = Loop::virtual_time();
  std::vector<int> left, done;
};

TEST_F(Groups, CancelUnwindsMembersWhereTheyWaitAndTheirChildren) {
  Event never;
  Loop::Group group = 0;
  group = loop->spawn_group([&] {
    loop->spawn([&] {
      const Note note{*loop, left};
      loop->wait(never, kNever);
      done.push_back(1);
    });
    const Note note{*loop, left};
    sleep_ms(100);
    done.push_back(2);
  });
  loop->spawn([&] {
    sleep_ms(30);
    loop->cancel(group);
    sleep_ms(200);
    done.push_back(3);
  });
  loop->run();
  EXPECT_THAT(left, ElementsAre(30, 30));
  EXPECT_THAT(done, ElementsAre(3)) << "only who is outside of the group goes on";
}

TEST_F(Groups, CancelReachesWhoIsReadyAndWhoHasNotBegun) {
  Event event;
  const Loop::Group group = loop->spawn_group([&] {
    const Note note{*loop, left};
    loop->wait(event, kNever);
    sleep_ms(100);
    done.push_back(1);
  });
  loop->spawn([&] {
    sleep_ms(10);
    const Loop::Group fresh = loop->spawn_group([&] {
      const Note note{*loop, left};
      sleep_ms(100);
      done.push_back(2);
    });
    event.set();
    loop->cancel(group);
    loop->cancel(fresh);
  });
  loop->run();
  EXPECT_THAT(left, ElementsAre(10, 10));
  EXPECT_THAT(done, IsEmpty());
}

TEST_F(Groups, APauseHoldsMembersAndNobodyElse) {
  const auto sleeper = [&] {
    for (int ms = 10; ms <= 50; ms += 10) {
      sleep_ms(ms);
      done.push_back(static_cast<int>((loop->now() - Time{}) / milliseconds(1)));
    }
  };
  const Loop::Group group = loop->spawn_group(sleeper);
  loop->spawn([&] {
    sleep_ms(25);
    loop->pause(group);
    sleep_ms(45);
    left.push_back(45);
    loop->resume(group);
  });
  loop->run();
  EXPECT_THAT(done, ElementsAre(10, 20, 45, 45, 50)) << "the sleep until 30 ended at 45";
  EXPECT_THAT(left, ElementsAre(45));
}

TEST_F(Groups, AMemberOfAPausedGroupCanBeCancelled) {
  const Loop::Group group = loop->spawn_group([&] {
    const Note note{*loop, left};
    sleep_ms(20);
    done.push_back(1);
  });
  loop->spawn([&] {
    sleep_ms(10);
    loop->pause(group);
    sleep_ms(30);
    loop->cancel(group);
  });
  loop->run();
  EXPECT_THAT(left, ElementsAre(30));
  EXPECT_THAT(done, IsEmpty());
}

}  // namespace
}  // namespace hitbench
