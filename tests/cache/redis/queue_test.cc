// Write-behind's queue on a real Redis server: the same promises as the process' own, across processes.
#include "cache/redis/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cache/queue_contract.h"
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

  QueueUser user() { return {*cache_->queue(), call_}; }
  void on_fiber(const std::function<void()>& body) { run(*loop_, body); }

  std::unique_ptr<Loop> loop_ = Loop::real();
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Cache> cache_;
  Call call_;
};

TEST_F(RedisQueueTest, KeepsTheNewestWriteOfEachKeyInTheOrderOfTheFirst) {
  on_fiber([&] { keeps_the_newest_write_of_each_key_in_the_order_of_the_first(user()); });
}

TEST_F(RedisQueueTest, GivesWhatIsDueOrABatch) {
  on_fiber([&] {
    gives_what_is_due_or_a_batch(user());
    EXPECT_EQ(cache_->queue()->take({"a", Duration(1'000'000)}, 10, kNever, call_).writes.size(), 3u);
  });
}

TEST_F(RedisQueueTest, IsFullForNewKeysOnly) {
  on_fiber([&] { is_full_for_new_keys_only(user()); });
}

TEST_F(RedisQueueTest, SettlesOnlyWhatWasNotOverwrittenMeanwhile) {
  on_fiber([&] { settles_only_what_was_not_overwritten_meanwhile(user()); });
}

TEST_F(RedisQueueTest, HasOneFlusherUntilItLeavesOrGoesSilent) {
  on_fiber([&] {
    has_one_flusher_until_it_leaves(user());
    // b dies; how long a must wait is the server's clock's business.
    while (user().take("a", 10, 0).status == Queue::Taken::Status::anothers) loop_->sleep_until(loop_->now() + 10ms);
    EXPECT_THAT(QueueUser::ids(user().take("a", 10, 0)), testing::ElementsAre(11));
  });
}

TEST_F(RedisQueueTest, ForgetsAKeyWhoseWriteTheServerThrewAway) {
  on_fiber([&] {
    user().put(1, 11, 0);
    EXPECT_EQ(cache_->erase({.id = 9, .text = redis_queue_keys("")[0]}, call_), Stored::stored);
    EXPECT_THAT(user().take("a", 10, 0).writes, testing::IsEmpty());
    EXPECT_EQ(user().take("a", 10, 0).waiting, 0u);
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
