// Write-behind's queue on a real Redis server: the same promises as the process' own, across processes.
#include "cache/redis/queue.h"

#include <gtest/gtest.h>

#include "tests/cache/servers_fixture.h"

namespace hitbench {
namespace {

class RedisQueueTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!find_program("redis-server")) GTEST_SKIP() << "redis-server is not on the PATH";
    backend_ = make(Kind::redis, params_for(Kind::redis));
    backend_->start();
    cache_ = backend_->connect(*loop_, {});
  }

  static Time at(int64_t ms) { return Time(std::chrono::milliseconds(ms)); }
  Queue& queue() { return *cache_->queue(); }
  Queue::Put put(uint64_t key, uint64_t id, int64_t ms, uint64_t most = 10) {
    return queue().put(write_of(key, id), at(ms), most, call_);
  }
  static QueuedWrite write_of(uint64_t key, uint64_t id) {
    return {.key = "key-" + std::to_string(key), .key_id = key, .write_id = id, .payload = std::string("a\0\r\n:b", 6)};
  }
  Queue::Taken take(const std::string& token, uint64_t most, int64_t since) {
    return queue().take({token, std::chrono::milliseconds(300)}, most, at(since), call_);
  }
  static std::vector<uint64_t> ids(const Queue::Taken& taken) {
    std::vector<uint64_t> all;
    for (const QueuedWrite& write : taken.writes) all.push_back(write.write_id);
    return all;
  }
  void on_fiber(const std::function<void()>& body) { run(*loop_, body); }

  using Ids = std::vector<uint64_t>;
  using Status = Queue::Taken::Status;
  std::unique_ptr<Loop> loop_ = Loop::real();
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Cache> cache_;
  Call call_;
};

TEST_F(RedisQueueTest, KeepsTheNewestWriteOfEachKeyInTheOrderOfTheFirst) {
  on_fiber([&] {
    EXPECT_EQ(put(1, 11, 100), Queue::Put::queued);
    EXPECT_EQ(put(2, 12, 101), Queue::Put::queued);
    EXPECT_EQ(put(1, 13, 150), Queue::Put::coalesced);
    const Queue::Taken taken = take("a", 10, 100);
    EXPECT_EQ(taken.status, Status::yours);
    EXPECT_EQ(taken.waiting, 2u);
    EXPECT_EQ(taken.oldest, at(100));
    ASSERT_EQ(ids(taken), (Ids{13, 12}));
    const QueuedWrite expected = write_of(1, 13);
    EXPECT_EQ(taken.writes[0].key, expected.key);
    EXPECT_EQ(taken.writes[0].key_id, 1u);
    EXPECT_EQ(taken.writes[0].payload, expected.payload);
    EXPECT_FALSE(taken.writes[0].erased);
  });
}

TEST_F(RedisQueueTest, GivesWhatIsDueOrABatch) {
  on_fiber([&] {
    EXPECT_EQ(take("a", 10, 1000).oldest, kNever);
    put(1, 11, 100), put(2, 12, 200), put(3, 13, 300);
    EXPECT_EQ(ids(take("a", 10, 99)), Ids{});
    EXPECT_EQ(ids(take("a", 10, 100)), (Ids{11, 12, 13}));
    EXPECT_EQ(ids(take("a", 2, 99)), (Ids{11, 12}));
    EXPECT_EQ(queue().take({"a", Duration(1'000'000)}, 10, kNever, call_).writes.size(), 3u);
  });
}

TEST_F(RedisQueueTest, IsFullForNewKeysOnly) {
  on_fiber([&] {
    EXPECT_EQ(put(1, 11, 0, 1), Queue::Put::queued);
    EXPECT_EQ(put(2, 12, 0, 1), Queue::Put::full);
    EXPECT_EQ(put(1, 13, 0, 1), Queue::Put::coalesced);
  });
}

TEST_F(RedisQueueTest, SettlesOnlyWhatWasNotOverwrittenMeanwhile) {
  on_fiber([&] {
    put(1, 11, 0), put(2, 12, 0);
    const Queue::Taken taken = take("a", 10, 100);
    put(1, 13, 101);
    EXPECT_TRUE(queue().settle(taken.writes, at(105), call_));
    QueuedWrite found;
    EXPECT_EQ(queue().find({.id = 1, .text = "key-1"}, found, call_), Queue::Sought::found);
    EXPECT_EQ(found.write_id, 13u);
    EXPECT_EQ(queue().find({.id = 2, .text = "key-2"}, found, call_), Queue::Sought::nothing);
    EXPECT_EQ(ids(take("a", 10, 104)), Ids{}) << "it began to wait again";
    EXPECT_EQ(ids(take("a", 10, 105)), Ids{13});
  });
}

TEST_F(RedisQueueTest, HasOneFlusherUntilItLeavesOrGoesSilent) {
  on_fiber([&] {
    put(1, 11, 0);
    EXPECT_EQ(take("a", 10, 0).status, Status::yours);
    const Queue::Taken refused = take("b", 10, 0);
    EXPECT_EQ(refused.status, Status::anothers);
    EXPECT_EQ(refused.waiting, 1u);
    EXPECT_TRUE(refused.writes.empty());
    queue().leave({"b", Duration(1)}, call_);
    EXPECT_EQ(take("b", 10, 0).status, Status::anothers) << "only the owner can leave";
    queue().leave({"a", Duration(1)}, call_);
    EXPECT_EQ(ids(take("b", 10, 0)), Ids{11});
    // b dies; how long a must wait is the server's clock's business.
    while (take("a", 10, 0).status == Status::anothers) loop_->sleep_until(loop_->now() + 10ms);
    EXPECT_EQ(ids(take("a", 10, 0)), Ids{11});
  });
}

TEST_F(RedisQueueTest, ForgetsAKeyWhoseWriteTheServerThrewAway) {
  on_fiber([&] {
    put(1, 11, 0);
    EXPECT_EQ(cache_->erase({.id = 9, .text = redis_queue_keys("")[0]}, call_), Stored::stored);
    EXPECT_EQ(ids(take("a", 10, 0)), Ids{});
    EXPECT_EQ(take("a", 10, 0).waiting, 0u);
  });
}

TEST_F(RedisQueueTest, OnlyRedisHasOne) {
  if (!find_program("memcached")) GTEST_SKIP() << "memcached is not on the PATH";
  const std::unique_ptr<Backend> memcached = make(Kind::memcached, params_for(Kind::memcached));
  memcached->start();
  EXPECT_EQ(memcached->connect(*loop_, {})->queue(), nullptr);
}

TEST(RedisQueueReplies, ThatAreNotItsOwnAreRefused) {
  for (const Bytes bad : {"", "yours", "yours 1", "yours 1 x\n", "yours 1 0\n5:key", "yours 1 0\n3:key2:xx",
                          "yours 1 0\n99999999999999999999:", "yours 1 9999999999999999\n", "others 1 0\n"}) {
    Queue::Taken taken;
    EXPECT_FALSE(decode_taken(bad, taken)) << bad;
  }
  QueuedWrite write;
  EXPECT_FALSE(decode_queued("key", "short", write));
  EXPECT_FALSE(decode_queued("key", "0123456789abcdef?", write));
  EXPECT_TRUE(decode_queued("key", "0123456789abcdef-", write));
  EXPECT_TRUE(write.erased);
}

}  // namespace
}  // namespace hitbench
