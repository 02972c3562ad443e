// The consistency checker on histories made by hand. Times are in ms of an arbitrary clock.
#include "verify/write_table.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "tests/engine/time_at.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

class WriteTableTest : public testing::Test {
 protected:
  static constexpr uint64_t kKey = 7;

  void write(uint64_t id, int64_t started, int64_t acknowledged) {
    const WriteTable::Write write{.key = kKey, .id = id, .started = at(started)};
    write_table.begin(write);
    write_table.acknowledged(write, at(acknowledged));
  }
  Duration staleness(uint64_t id, int64_t began) const { return write_table.assess(kKey, id, at(began)).staleness; }
  bool is_stale(uint64_t id, int64_t began) const { return staleness(id, began) >= Duration{0}; }

  WriteTable write_table{{.keys = 5000, .clients = 10, .counts = true}};
};

TEST_F(WriteTableTest, KnowsOnlyKeysThatWereWritten) {
  EXPECT_FALSE(write_table.knows(kKey));
  write(1, 10, 20);
  EXPECT_TRUE(write_table.knows(kKey));
  EXPECT_FALSE(write_table.knows(8));
  EXPECT_EQ(write_table.written_keys(), 1u);
}

TEST_F(WriteTableTest, CallsTheFirstValueStaleOnceAWriteIsAcknowledged) {
  write(1, 10, 20);
  EXPECT_FALSE(is_stale(0, 15)) << "the read began while the write was under way";
  EXPECT_FALSE(is_stale(0, 20)) << "the clock does not say which came first";
  EXPECT_EQ(staleness(0, 25), 5ms);
  EXPECT_FALSE(is_stale(1, 25));
}

TEST_F(WriteTableTest, NeverOrdersWritesThatOverlap) {
  write(1, 10, 30);
  write(2, 20, 40);
  EXPECT_FALSE(is_stale(1, 100));
  EXPECT_FALSE(is_stale(2, 100));
}

TEST_F(WriteTableTest, CountsStalenessFromTheFirstNewerAcknowledgement) {
  write(1, 10, 20);
  write(2, 30, 60);
  write(3, 31, 50);
  EXPECT_EQ(staleness(1, 55), 5ms);
  EXPECT_EQ(staleness(1, 100), 50ms);
}

TEST_F(WriteTableTest, CannotCallAWriteStaleThatWasNeverAcknowledged) {
  const WriteTable::Write maybe{.key = kKey, .id = 1, .started = at(10)};
  write_table.begin(maybe);
  write_table.gave_up(maybe);
  write(2, 50, 60);
  EXPECT_FALSE(is_stale(1, 100)) << "it may have reached the origin after the second";
  EXPECT_TRUE(write_table.assess(kKey, 1, at(100)).checked);
}

TEST_F(WriteTableTest, StillJudgesWhatItHasForgottenByTheLastForgottenAcknowledgement) {
  for (uint64_t id = 1; id <= 20; ++id) write(id, static_cast<int64_t>(id) * 10, static_cast<int64_t>(id) * 10 + 5);
  EXPECT_TRUE(is_stale(1, 1000));
  EXPECT_TRUE(is_stale(19, 1000));
  EXPECT_FALSE(is_stale(20, 1000));
  EXPECT_EQ(staleness(0, 1000), 985ms) << "the first acknowledgement is never forgotten";
}

TEST_F(WriteTableTest, DoesNotJudgeAForgottenWriteThatMayTakeEffectAtAnyTime) {
  const WriteTable::Write maybe{.key = kKey, .id = 1, .started = at(1)};
  write_table.begin(maybe);
  write_table.gave_up(maybe);
  for (uint64_t id = 2; id <= 20; ++id) write(id, static_cast<int64_t>(id) * 10, static_cast<int64_t>(id) * 10 + 5);
  EXPECT_FALSE(write_table.assess(kKey, 1, at(1000)).checked);
  EXPECT_FALSE(is_stale(1, 1000));
}

TEST_F(WriteTableTest, RemembersTheLastConfirmedWriteAmongManyThatAreUnderWay) {
  write(1, 10, 20);
  write_table.committed(kKey, 1);
  for (uint64_t id = 2; id <= 40; ++id) write_table.begin({.key = kKey, .id = id, .started = at(30)});
  const KeyHistory::Assessment assessment = write_table.assess(kKey, 1, at(100));
  EXPECT_TRUE(assessment.found);
  EXPECT_TRUE(assessment.confirmed);
  EXPECT_LT(assessment.staleness, 0ms);
}

TEST_F(WriteTableTest, KnowsWhetherTheOriginConfirmedAWrite) {
  write(1, 10, 20);
  EXPECT_FALSE(write_table.assess(kKey, 1, at(30)).confirmed);
  write_table.committed(kKey, 1);
  EXPECT_TRUE(write_table.assess(kKey, 1, at(30)).confirmed);
}

TEST_F(WriteTableTest, CountsAsLostWhatStartedAfterTheFinalWriteWasAcknowledged) {
  write(1, 10, 20);
  write(2, 15, 30);  // overlaps the first
  write(3, 40, 50);
  write(4, 60, 70);
  EXPECT_EQ(write_table.losses(kKey, 4).writes, 0u);
  EXPECT_EQ(write_table.losses(kKey, 3).writes, 1u);
  EXPECT_EQ(write_table.losses(kKey, 2).writes, 2u);
  EXPECT_EQ(write_table.losses(kKey, 1).writes, 2u);
  EXPECT_EQ(write_table.losses(kKey, 0).writes, 4u);
}

TEST_F(WriteTableTest, CountsLostWritesBeyondThoseItRemembers) {
  write(1, 1, 2);
  write_table.committed(kKey, 1);
  for (uint64_t id = 2; id <= 101; ++id) write(id, static_cast<int64_t>(id) * 10, static_cast<int64_t>(id) * 10 + 5);
  EXPECT_EQ(write_table.losses(kKey, 1).writes, 100u);
}

TEST_F(WriteTableTest, CountsUpdatesThatWereBasedOnOldValuesAsLost) {
  const auto modify = [&](uint64_t id, uint64_t based_on, int64_t started) {
    const WriteTable::Write write{.key = kKey, .id = id, .started = at(started), .based_on = based_on};
    write_table.begin(write);
    write_table.acknowledged(write, at(started + 5));
  };
  modify(1, 0, 10);
  modify(2, 1, 20);
  modify(3, 1, 30);  // did not see the second
  EXPECT_EQ(write_table.losses(kKey, 3).updates, 1u);
  modify(4, 3, 40);
  EXPECT_EQ(write_table.losses(kKey, 4).updates, 1u);
}

TEST_F(WriteTableTest, DoesNotBlameABlindWriteForWhatItOverwrites) {
  const WriteTable::Write modify{.key = kKey, .id = 1, .started = at(10), .based_on = 0};
  write_table.begin(modify);
  write_table.acknowledged(modify, at(15));
  write(2, 20, 30);
  EXPECT_EQ(write_table.losses(kKey, 2).updates, 0u);
}

TEST_F(WriteTableTest, SaysThatItCannotTellOfKeysBeyondItsRoom) {
  WriteTable small({.keys = 1, .clients = 1});
  uint64_t key = 0;
  while (!small.overflowed()) small.begin({.key = ++key, .id = key, .started = at(1)});
  EXPECT_FALSE(small.assess(key, 0, at(100)).checked);
  EXPECT_TRUE(small.assess(1, 0, at(100)).checked);
}

TEST_F(WriteTableTest, IsSharedByForkedProcessesEvenByOneThatDies) {
  constexpr int kProcesses = 4;
  constexpr uint64_t kWrites = 2000;
  std::vector<pid_t> processes;  // the only ones to wait for: the program may have other children
  for (int process = 0; process < kProcesses; ++process) {
    if (const pid_t pid = fork(); pid != 0) {
      processes.push_back(pid);
      continue;
    }
    for (uint64_t i = 1; i <= kWrites; ++i) {
      const uint64_t id = static_cast<uint64_t>(process + 1) << 44 | i;
      const WriteTable::Write write{.key = i % 50, .id = id, .started = at(10)};
      write_table.begin(write);
      write_table.acknowledged(write, at(20));
    }
    _exit(0);
  }
  for (const pid_t pid : processes) waitpid(pid, nullptr, 0);
  EXPECT_EQ(write_table.written_keys(), 50u);
  uint64_t acknowledged = 0, seen = 0;
  write_table.for_each_written([&](uint64_t key) {
    ++seen;
    acknowledged += write_table.losses(key, 0).writes;
  });
  EXPECT_EQ(seen, 50u);
  EXPECT_EQ(acknowledged, kProcesses * kWrites);
}

TEST_F(WriteTableTest, ListsEveryWrittenKeyOnce) {
  for (uint64_t key = 0; key < 100; ++key) {
    write_table.begin({.key = key, .id = 2 * key + 1, .started = at(1)});
    write_table.begin({.key = key, .id = 2 * key + 2, .started = at(1)});
  }
  std::vector<int> seen(100);
  write_table.for_each_written([&](uint64_t key) { ++seen[key]; });
  EXPECT_EQ(seen, std::vector<int>(100, 1));
}

TEST_F(WriteTableTest, MarksAKeyOnceInEachPass) {
  write(1, 10, 20);
  EXPECT_TRUE(write_table.mark_once(kKey, 0));
  EXPECT_FALSE(write_table.mark_once(kKey, 0));
  EXPECT_TRUE(write_table.mark_once(kKey, 1));
}

}  // namespace
}  // namespace hitbench
