// The truth-teller on histories made by hand. Times are in ms of an arbitrary clock.
#include "verify/truth.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "tests/engine/time_at.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

class TruthTest : public testing::Test {
 protected:
  static constexpr uint64_t kKey = 7;

  void write(uint64_t id, int64_t started, int64_t acknowledged) {
    const Truth::Write write{.key = kKey, .id = id, .started = at(started)};
    truth.begin(write);
    truth.acknowledged(write, at(acknowledged));
  }
  Duration staleness(uint64_t id, int64_t began) const { return truth.judge(kKey, id, at(began)).staleness; }
  bool is_stale(uint64_t id, int64_t began) const { return staleness(id, began) >= Duration{0}; }

  Truth truth{{.keys = 5000, .clients = 10, .counts = true}};
};

TEST_F(TruthTest, KnowsOnlyKeysThatWereWritten) {
  EXPECT_FALSE(truth.knows(kKey));
  write(1, 10, 20);
  EXPECT_TRUE(truth.knows(kKey));
  EXPECT_FALSE(truth.knows(8));
  EXPECT_EQ(truth.written_keys(), 1u);
}

TEST_F(TruthTest, CallsTheFirstValueStaleOnceAWriteIsAcknowledged) {
  write(1, 10, 20);
  EXPECT_FALSE(is_stale(0, 15)) << "the read began while the write was under way";
  EXPECT_FALSE(is_stale(0, 20)) << "the clock does not say which came first";
  EXPECT_EQ(staleness(0, 25), 5ms);
  EXPECT_FALSE(is_stale(1, 25));
}

TEST_F(TruthTest, NeverOrdersWritesThatOverlap) {
  write(1, 10, 30);
  write(2, 20, 40);
  EXPECT_FALSE(is_stale(1, 100));
  EXPECT_FALSE(is_stale(2, 100));
}

TEST_F(TruthTest, CountsStalenessFromTheFirstNewerAcknowledgement) {
  write(1, 10, 20);
  write(2, 30, 60);
  write(3, 31, 50);
  EXPECT_EQ(staleness(1, 55), 5ms);
  EXPECT_EQ(staleness(1, 100), 50ms);
}

TEST_F(TruthTest, CannotCallAWriteStaleThatWasNeverAcknowledged) {
  const Truth::Write maybe{.key = kKey, .id = 1, .started = at(10)};
  truth.begin(maybe);
  truth.gave_up(maybe);
  write(2, 50, 60);
  EXPECT_FALSE(is_stale(1, 100)) << "it may have reached the origin after the second";
  EXPECT_TRUE(truth.judge(kKey, 1, at(100)).checked);
}

TEST_F(TruthTest, StillJudgesWhatItHasForgottenByTheLastForgottenAcknowledgement) {
  for (uint64_t id = 1; id <= 20; ++id) write(id, static_cast<int64_t>(id) * 10, static_cast<int64_t>(id) * 10 + 5);
  EXPECT_TRUE(is_stale(1, 1000));
  EXPECT_TRUE(is_stale(19, 1000));
  EXPECT_FALSE(is_stale(20, 1000));
  EXPECT_EQ(staleness(0, 1000), 985ms) << "the first acknowledgement is never forgotten";
}

TEST_F(TruthTest, DoesNotJudgeAForgottenWriteThatMayTakeEffectAtAnyTime) {
  const Truth::Write maybe{.key = kKey, .id = 1, .started = at(1)};
  truth.begin(maybe);
  truth.gave_up(maybe);
  for (uint64_t id = 2; id <= 20; ++id) write(id, static_cast<int64_t>(id) * 10, static_cast<int64_t>(id) * 10 + 5);
  EXPECT_FALSE(truth.judge(kKey, 1, at(1000)).checked);
  EXPECT_FALSE(is_stale(1, 1000));
}

TEST_F(TruthTest, RemembersTheLastConfirmedWriteAmongManyThatAreUnderWay) {
  write(1, 10, 20);
  truth.committed(kKey, 1);
  for (uint64_t id = 2; id <= 40; ++id) truth.begin({.key = kKey, .id = id, .started = at(30)});
  const KeyHistory::Judgement judgement = truth.judge(kKey, 1, at(100));
  EXPECT_TRUE(judgement.found);
  EXPECT_TRUE(judgement.confirmed);
  EXPECT_LT(judgement.staleness, 0ms);
}

TEST_F(TruthTest, KnowsWhetherTheOriginConfirmedAWrite) {
  write(1, 10, 20);
  EXPECT_FALSE(truth.judge(kKey, 1, at(30)).confirmed);
  truth.committed(kKey, 1);
  EXPECT_TRUE(truth.judge(kKey, 1, at(30)).confirmed);
}

TEST_F(TruthTest, CountsAsLostWhatStartedAfterTheFinalWriteWasAcknowledged) {
  write(1, 10, 20);
  write(2, 15, 30);  // overlaps the first
  write(3, 40, 50);
  write(4, 60, 70);
  EXPECT_EQ(truth.losses(kKey, 4).writes, 0u);
  EXPECT_EQ(truth.losses(kKey, 3).writes, 1u);
  EXPECT_EQ(truth.losses(kKey, 2).writes, 2u);
  EXPECT_EQ(truth.losses(kKey, 1).writes, 2u);
  EXPECT_EQ(truth.losses(kKey, 0).writes, 4u);
}

TEST_F(TruthTest, CountsLostWritesBeyondThoseItRemembers) {
  write(1, 1, 2);
  truth.committed(kKey, 1);
  for (uint64_t id = 2; id <= 101; ++id) write(id, static_cast<int64_t>(id) * 10, static_cast<int64_t>(id) * 10 + 5);
  EXPECT_EQ(truth.losses(kKey, 1).writes, 100u);
}

TEST_F(TruthTest, CountsUpdatesThatWereBasedOnOldValuesAsLost) {
  const auto modify = [&](uint64_t id, uint64_t based_on, int64_t started) {
    const Truth::Write write{.key = kKey, .id = id, .started = at(started), .based_on = based_on};
    truth.begin(write);
    truth.acknowledged(write, at(started + 5));
  };
  modify(1, 0, 10);
  modify(2, 1, 20);
  modify(3, 1, 30);  // did not see the second
  EXPECT_EQ(truth.losses(kKey, 3).updates, 1u);
  modify(4, 3, 40);
  EXPECT_EQ(truth.losses(kKey, 4).updates, 1u);
}

TEST_F(TruthTest, DoesNotBlameABlindWriteForWhatItOverwrites) {
  const Truth::Write modify{.key = kKey, .id = 1, .started = at(10), .based_on = 0};
  truth.begin(modify);
  truth.acknowledged(modify, at(15));
  write(2, 20, 30);
  EXPECT_EQ(truth.losses(kKey, 2).updates, 0u);
}

TEST_F(TruthTest, SaysThatItCannotTellOfKeysBeyondItsRoom) {
  Truth small({.keys = 1, .clients = 1});
  uint64_t key = 0;
  while (!small.overflowed()) small.begin({.key = ++key, .id = key, .started = at(1)});
  EXPECT_FALSE(small.judge(key, 0, at(100)).checked);
  EXPECT_TRUE(small.judge(1, 0, at(100)).checked);
}

TEST_F(TruthTest, IsSharedByForkedProcessesEvenByOneThatDies) {
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
      const Truth::Write write{.key = i % 50, .id = id, .started = at(10)};
      truth.begin(write);
      truth.acknowledged(write, at(20));
    }
    _exit(0);
  }
  for (const pid_t pid : processes) waitpid(pid, nullptr, 0);
  EXPECT_EQ(truth.written_keys(), 50u);
  uint64_t acknowledged = 0, seen = 0;
  truth.for_each_written([&](uint64_t key) {
    ++seen;
    acknowledged += truth.losses(key, 0).writes;
  });
  EXPECT_EQ(seen, 50u);
  EXPECT_EQ(acknowledged, kProcesses * kWrites);
}

TEST_F(TruthTest, ListsEveryWrittenKeyOnce) {
  for (uint64_t key = 0; key < 100; ++key) {
    truth.begin({.key = key, .id = 2 * key + 1, .started = at(1)});
    truth.begin({.key = key, .id = 2 * key + 2, .started = at(1)});
  }
  std::vector<int> seen(100);
  truth.for_each_written([&](uint64_t key) { ++seen[key]; });
  EXPECT_EQ(seen, std::vector<int>(100, 1));
}

TEST_F(TruthTest, MarksAKeyOnceInEachPass) {
  write(1, 10, 20);
  EXPECT_TRUE(truth.mark_once(kKey, 0));
  EXPECT_FALSE(truth.mark_once(kKey, 0));
  EXPECT_TRUE(truth.mark_once(kKey, 1));
}

}  // namespace
}  // namespace hitbench
