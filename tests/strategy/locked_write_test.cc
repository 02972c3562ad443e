// The key's lock over fill and write: the schedules that break the other write paths do not break it, but for a writer
// that dies. The claims are those of anomalies_test.cc.
#include "tests/strategy/schedule.h"

namespace hitbench {
namespace {

class LockedWrites : public ScheduleTest {
 protected:
  std::unique_ptr<Strategy> locked() {
    return strategy(
        R"({"type": "cache-aside", "ttl": "none", "guard": {"type": "lock", "ttl": "5s", "poll": "25ms"},
            "fill": "locked", "on_write": "lock"})");
  }
  // With the lock in hand, and the row as it is now.
  std::unique_ptr<Actor> reads_up_to_the_fill(Strategy& of) {
    auto reader = reads(of, answer_);
    for (const char* const call : {"get", "add", "get", "load"}) reader->go(call);
    return reader;
  }
  void expect_sound(Strategy& of, uint64_t newest) {
    EXPECT_FALSE(is_stuck());
    const Judged judged = reads_alone(of);
    EXPECT_FALSE(judged.stale);
    EXPECT_EQ(judged.answer.write_id, newest);
    EXPECT_FALSE(has_lost());
  }
  Answer answer_;
};

TEST_F(LockedWrites, WriteOriginThenDeleteUnderTheLockAndGiveItBack) {
  const auto made = locked();
  run([&] {
    read(*made);
    const auto writer = writes(*made, 2);
    writer->go("add");
    writer->go("store");
    writer->go("delete");
    writer->go("unlock");
    ASSERT_EQ(writer->at(), "end");
    EXPECT_TRUE(cache_.stored.empty());
    expect_sound(*made, 2);
    EXPECT_TRUE(erase(*made, 3));
    EXPECT_TRUE(origin_.absent);
    EXPECT_TRUE(cache_.stored.empty());
  });
}

TEST_F(LockedWrites, LetNoFillSpanThem) {
  const auto made = locked();
  run([&] {
    const auto reader = reads_up_to_the_fill(*made);
    const auto writer = writes(*made, 2);
    writer->go("add");
    writer->go("add");  // still taken, a poll later
    EXPECT_EQ(origin_.write_id, 1u) << "the fill has the lock";
    reader->go("set");
    reader->go("unlock");
    writer->finish();
    expect_sound(*made, 2);
  });
}

TEST_F(LockedWrites, LetNoFillSpanThemWhereAnEvictionMadeTheReaderLoad) {
  const auto made = locked();
  run([&] {
    read(*made);
    evict();
    const auto reader = reads_up_to_the_fill(*made);
    const auto writer = writes(*made, 2);
    writer->go("add");
    evict();
    reader->finish();
    evict();
    writer->finish();
    expect_sound(*made, 2);
  });
}

TEST_F(LockedWrites, LetNoReaderLoadBetweenTheirSteps) {
  const auto made = locked();
  run([&] {
    const auto writer = writes(*made, 2);
    writer->go("add");
    const auto reader = reads(*made, answer_);
    reader->go("get");
    reader->go("add");
    EXPECT_EQ(origin_.loads, 0) << "the writer has the lock";
    writer->finish();
    reader->finish();
    EXPECT_EQ(answer_.write_id, 2u);
    expect_sound(*made, 2);
  });
}

TEST_F(LockedWrites, DoNotCrossEachOther) {
  const auto made = locked();
  run([&] {
    const auto first = writes(*made, 2);
    const auto second = writes(*made, 3);
    first->go("add");
    second->go("add");
    first->go("store");
    second->go("add");
    EXPECT_EQ(origin_.write_id, 2u);
    first->finish();
    second->finish();
    expect_sound(*made, 3);
  });
}

TEST_F(LockedWrites, FailWhereTheLockIsNotToBeHad) {
  const auto made = locked();
  run([&] {
    const auto writer = writes(*made, 2);
    writer->go("add");
    EXPECT_FALSE(write(*made, 3, "other")) << "its deadline ends while the first has the lock";
    EXPECT_EQ(origin_.write_id, 1u);
    writer->finish();
    EXPECT_TRUE(write(*made, 4, "other"));
  });
}

TEST_F(LockedWrites, WithoutAnAnswerOfTheCacheReachTheOriginAndAreNotAcknowledged) {
  const auto made = locked();
  run([&] {
    cache_.broken = true;
    EXPECT_FALSE(write(*made, 2, "new"));
    EXPECT_EQ(origin_.write_id, 2u);
  });
}

TEST_F(LockedWrites, LeaveAStuckCopyWhereTheWriterDiesBeforeTheDelete) {
  const auto made = locked();
  run([&] {
    read(*made);
    const auto writer = writes(*made, 2);
    writer->go("add");
    writer->go("store");
    writer->die();
    EXPECT_TRUE(is_stuck());
  });
}

}  // namespace
}  // namespace hitbench
