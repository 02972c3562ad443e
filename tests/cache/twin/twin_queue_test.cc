// Write-behind's queue on a twin: what tests/cache/redis/queue_test.cc expects of a real server.
#include <gmock/gmock.h>

#include "tests/cache/twin/twin_fixture.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Status = Queue::Taken::Status;

class TwinQueueTest : public testing::Test {
 protected:
  static Time at(int64_t ms) { return Time(std::chrono::milliseconds(ms)); }
  Queue& queue() { return *home_.cache->queue(); }
  Queue::Put put(uint64_t key, uint64_t id, int64_t ms, uint64_t most = 10) {
    return queue().put({.key = "key-" + std::to_string(key), .key_id = key, .write_id = id, .payload = "p"}, at(ms),
                       most, call_);
  }
  Queue::Taken take(const std::string& token, uint64_t most, int64_t since) {
    return queue().take({token, std::chrono::milliseconds(300)}, most, at(since), call_);
  }
  static std::vector<uint64_t> ids(const Queue::Taken& taken) {
    std::vector<uint64_t> all;
    for (const QueuedWrite& write : taken.writes) all.push_back(write.write_id);
    return all;
  }

  TwinHome home_;
  Call call_;
};

TEST_F(TwinQueueTest, KeepsTheNewestWriteOfEachKeyInTheOrderOfTheFirst) {
  home_.run([&] {
    EXPECT_EQ(put(1, 11, 100), Queue::Put::queued);
    EXPECT_EQ(put(2, 12, 101), Queue::Put::queued);
    EXPECT_EQ(put(1, 13, 150), Queue::Put::coalesced);
    const Queue::Taken taken = take("a", 10, 100);
    EXPECT_EQ(taken.status, Status::yours);
    EXPECT_EQ(taken.waiting, 2u);
    EXPECT_EQ(taken.oldest, at(100));
    ASSERT_THAT(ids(taken), ElementsAre(13, 12));
    EXPECT_EQ(taken.writes[0].key, "key-1");
    EXPECT_EQ(taken.writes[0].payload, "p");
  });
}

TEST_F(TwinQueueTest, GivesWhatIsDueOrABatch) {
  home_.run([&] {
    EXPECT_EQ(take("a", 10, 1000).oldest, kNever);
    put(1, 11, 100), put(2, 12, 200), put(3, 13, 300);
    EXPECT_THAT(ids(take("a", 10, 99)), IsEmpty());
    EXPECT_THAT(ids(take("a", 10, 100)), ElementsAre(11, 12, 13));
    EXPECT_THAT(ids(take("a", 2, 99)), ElementsAre(11, 12));
    EXPECT_EQ(put(4, 14, 0, 3), Queue::Put::full);
    EXPECT_EQ(put(3, 15, 0, 3), Queue::Put::coalesced);
  });
}

TEST_F(TwinQueueTest, SettlesOnlyWhatWasNotOverwrittenMeanwhile) {
  home_.run([&] {
    put(1, 11, 0), put(2, 12, 0);
    const Queue::Taken taken = take("a", 10, 100);
    put(1, 13, 101);
    EXPECT_TRUE(queue().settle(taken.writes, at(105), call_));
    QueuedWrite found;
    EXPECT_EQ(queue().find({.id = 1, .text = "key-1"}, found, call_), Queue::Sought::found);
    EXPECT_EQ(found.write_id, 13u);
    EXPECT_EQ(queue().find({.id = 2, .text = "key-2"}, found, call_), Queue::Sought::nothing);
    EXPECT_THAT(ids(take("a", 10, 104)), IsEmpty()) << "it began to wait again";
    EXPECT_THAT(ids(take("a", 10, 105)), ElementsAre(13));
  });
}

TEST_F(TwinQueueTest, HasOneFlusherUntilItLeavesOrGoesSilent) {
  home_.run([&] {
    put(1, 11, 0);
    EXPECT_EQ(take("a", 10, 0).status, Status::yours);
    const Queue::Taken refused = take("b", 10, 0);
    EXPECT_EQ(refused.status, Status::anothers);
    EXPECT_EQ(refused.waiting, 1u);
    queue().leave({"b", Duration(1)}, call_);
    EXPECT_EQ(take("b", 10, 0).status, Status::anothers) << "only the owner can leave";
    queue().leave({"a", Duration(1)}, call_);
    EXPECT_THAT(ids(take("b", 10, 0)), ElementsAre(11));
    home_.loop->sleep_until(home_.loop->now() + 300ms);
    EXPECT_THAT(ids(take("a", 10, 0)), ElementsAre(11)) << "b's lease is over";
  });
}

TEST_F(TwinQueueTest, IsBehindAllProcessesAndDiesWithTheServer) {
  const std::unique_ptr<Cache> other = home_.backend->connect(*home_.loop, {});
  home_.run([&] {
    put(1, 11, 0);
    QueuedWrite found;
    EXPECT_EQ(other->queue()->find({.id = 1, .text = "key-1"}, found, call_), Queue::Sought::found);
    home_.backend->fault({.action = Fault::Action::kill});
    EXPECT_EQ(put(2, 12, 0), Queue::Put::failed);
    home_.backend->heal({.action = Fault::Action::kill});
    EXPECT_EQ(other->queue()->find({.id = 1, .text = "key-1"}, found, call_), Queue::Sought::failed);
    EXPECT_EQ(other->queue()->find({.id = 1, .text = "key-1"}, found, call_), Queue::Sought::nothing);
  });
}

}  // namespace
}  // namespace hitbench
