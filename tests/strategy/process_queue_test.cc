#include "strategy/process_queue.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

class ProcessQueueTest : public ::testing::Test {
 protected:
  static Time at(int64_t ms) { return Time(std::chrono::milliseconds(ms)); }
  Queue::Put put(uint64_t key, uint64_t id, int64_t ms, uint64_t most = 10) {
    return queue_.put({.key = "key-" + std::to_string(key), .key_id = key, .write_id = id}, at(ms), most, call_);
  }
  // The write ids that are due when a flush is due after 100 ms.
  std::vector<uint64_t> take(uint64_t most, int64_t now) {
    std::vector<uint64_t> ids;
    taken_ = queue_.take({"token", Duration(1)}, most, at(now - 100), call_);
    for (const QueuedWrite& write : taken_.writes) ids.push_back(write.write_id);
    return ids;
  }

  using Ids = std::vector<uint64_t>;
  ProcessQueue queue_;
  Queue::Taken taken_;
  Call call_;
};

TEST_F(ProcessQueueTest, GivesNothingUntilTheOldestHasWaitedLongEnough) {
  put(1, 11, 0);
  put(2, 12, 50);
  EXPECT_EQ(take(10, 99), Ids{});
  EXPECT_EQ(taken_.waiting, 2u);
  EXPECT_EQ(taken_.oldest, at(0));
  EXPECT_EQ(take(10, 100), (Ids{11, 12}));
}

TEST_F(ProcessQueueTest, GivesABatchAsSoonAsSoManyWait) {
  put(1, 11, 0), put(2, 12, 0), put(3, 13, 0);
  EXPECT_EQ(take(4, 1), Ids{});
  EXPECT_EQ(take(3, 1), (Ids{11, 12, 13}));
  EXPECT_EQ(take(2, 1), (Ids{11, 12}));
}

TEST_F(ProcessQueueTest, KeepsOneWriteAKeyInTheOrderOfTheFirst) {
  EXPECT_EQ(put(1, 11, 0), Queue::Put::queued);
  EXPECT_EQ(put(2, 12, 0), Queue::Put::queued);
  EXPECT_EQ(put(1, 13, 50), Queue::Put::coalesced);
  EXPECT_EQ(take(10, 100), (Ids{13, 12}));
}

TEST_F(ProcessQueueTest, IsFullForNewKeysOnly) {
  EXPECT_EQ(put(1, 11, 0, 1), Queue::Put::queued);
  EXPECT_EQ(put(2, 12, 0, 1), Queue::Put::full);
  EXPECT_EQ(put(1, 13, 0, 1), Queue::Put::coalesced);
}

TEST_F(ProcessQueueTest, SettlesOnlyWhatWasNotOverwrittenMeanwhile) {
  put(1, 11, 0), put(2, 12, 0);
  take(10, 100);
  put(1, 13, 101);
  EXPECT_TRUE(queue_.settle(taken_.writes, at(105), call_));
  EXPECT_EQ(queue_.size(), 1u);
  QueuedWrite found;
  EXPECT_EQ(queue_.find({.id = 1, .text = "key-1"}, found, call_), Queue::Sought::found);
  EXPECT_EQ(found.write_id, 13u);
  EXPECT_EQ(queue_.find({.id = 2, .text = "key-2"}, found, call_), Queue::Sought::nothing);
  EXPECT_EQ(take(10, 204), Ids{}) << "it began to wait again at 105";
  EXPECT_EQ(take(10, 205), Ids{13});
}

}  // namespace
}  // namespace hitbench
