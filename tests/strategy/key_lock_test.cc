// The lock of a key, on a virtual clock over a real (shared) memory cache, whose entries expire.
#include "strategy/key_lock.h"

#include "cache/parts.h"
#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

using Try = KeyLock::Try;

class KeyLockTest : public ::testing::Test {
 protected:
  KeyLockTest() {
    params_.put("ttl", Duration(seconds(1)));
    params_.put("poll", Duration(milliseconds(25)));
    params_.put("wait", std::monostate{});
    start(mine_);
    start(other_);
  }

  void start(Client& client) {
    client.started = loop_->now();
    client.set_deadline(client.started + seconds(5));
  }

  void run(const std::function<void()>& body) {
    loop_->spawn(body);
    loop_->run();
  }

  static std::unique_ptr<Backend> memory() {
    Params params;
    for (const char* unset : {"bytes", "latency", "entries"}) params.put(unset, std::monostate{});
    params.put("shared", true);
    auto made = make_memory(params, {.virtual_time = true});
    made->start();
    return made;
  }

  static constexpr Key kKey{.id = 7, .text = "key-7"};
  Params params_;
  std::unique_ptr<Loop> loop_ = Loop::virtual_time();
  std::unique_ptr<Backend> backend_ = memory();
  std::unique_ptr<Cache> cache_ = backend_->connect(*loop_, {});
  Rng rng_{1};
  Client mine_{.cache = cache_.get(), .origin = nullptr, .loop = *loop_, .rng = rng_};
  Client other_{.cache = cache_.get(), .origin = nullptr, .loop = *loop_, .rng = rng_};
  std::string token_, other_token_;
};

TEST_F(KeyLockTest, HasOneOwnerAmongAllProcesses) {
  KeyLock first(params_, {.process = 0}), second(params_, {.process = 1});
  run([&] {
    EXPECT_EQ(first.try_lock(kKey, mine_, token_), Try::locked);
    EXPECT_EQ(second.try_lock(kKey, other_, other_token_), Try::taken);
    EXPECT_NE(token_, other_token_);
    second.unlock(kKey, other_token_, other_);
    EXPECT_EQ(second.try_lock(kKey, other_, other_token_), Try::taken) << "only the owner unlocks";
    EXPECT_EQ(second.try_lock({8, "key-8"}, other_, other_token_), Try::locked) << "each key has its own";
    first.unlock(kKey, token_, mine_);
    EXPECT_EQ(second.try_lock(kKey, other_, other_token_), Try::locked);
  });
}

TEST_F(KeyLockTest, EndsByItselfAndIsThenAnothers) {
  KeyLock first(params_, {.process = 0}), second(params_, {.process = 1});
  run([&] {
    EXPECT_EQ(first.try_lock(kKey, mine_, token_), Try::locked);
    const Time locked = loop_->now();
    loop_->sleep_until(locked + seconds(1) - milliseconds(1));
    EXPECT_EQ(second.try_lock(kKey, other_, other_token_), Try::taken);
    loop_->sleep_until(locked + seconds(1));
    EXPECT_EQ(second.try_lock(kKey, other_, other_token_), Try::locked);
    first.unlock(kKey, token_, mine_);
    EXPECT_EQ(first.try_lock(kKey, mine_, token_), Try::taken) << "a late unlock leaves another's lock alone";
  });
}

TEST_F(KeyLockTest, IsTriedAgainEveryPollUntilItIsFree) {
  KeyLock first(params_, {.process = 0}), second(params_, {.process = 1});
  run([&] {
    EXPECT_EQ(first.try_lock(kKey, mine_, token_), Try::locked);
    loop_->spawn([&] {
      loop_->sleep_until(loop_->now() + milliseconds(60));
      first.unlock(kKey, token_, mine_);
    });
    const Time begun = loop_->now();
    EXPECT_EQ(second.lock(kKey, other_, other_token_), Try::locked);
    EXPECT_GE(loop_->now() - begun, milliseconds(75));
    EXPECT_LT(loop_->now() - begun, milliseconds(76));
  });
}

TEST_F(KeyLockTest, IsWaitedForNoLongerThanAllowed) {
  params_.put("wait", Duration(milliseconds(90)));
  KeyLock first(params_, {.process = 0}), second(params_, {.process = 1});
  run([&] {
    EXPECT_EQ(first.try_lock(kKey, mine_, token_), Try::locked);
    const Time begun = loop_->now();
    EXPECT_EQ(second.lock(kKey, other_, other_token_), Try::taken);
    EXPECT_LT(loop_->now() - begun, milliseconds(90));
    start(other_);
    other_.set_deadline(loop_->now() + milliseconds(30));
    EXPECT_EQ(second.lock(kKey, other_, other_token_), Try::taken) << "nor beyond the operation's deadline";
    EXPECT_LE(loop_->now(), other_.cache_call.deadline);
  });
}

TEST_F(KeyLockTest, IsGivenBackAfterTheOwnersDeadline) {
  KeyLock lock(params_, {});
  run([&] {
    mine_.set_deadline(loop_->now() + milliseconds(10));
    const Time deadline = mine_.cache_call.deadline;
    EXPECT_EQ(lock.try_lock(kKey, mine_, token_), Try::locked);
    loop_->sleep_until(deadline + milliseconds(5));
    lock.unlock(kKey, token_, mine_);
    EXPECT_EQ(mine_.cache_call.deadline, deadline);
    EXPECT_EQ(lock.try_lock(kKey, other_, other_token_), Try::locked);
  });
}

TEST_F(KeyLockTest, FailsWhereTheCacheDoesNotAnswer) {
  KeyLock lock(params_, {});
  run([&] {
    mine_.set_deadline(loop_->now());
    EXPECT_EQ(lock.try_lock(kKey, mine_, token_), Try::failed);
    EXPECT_EQ(lock.lock(kKey, mine_, token_), Try::failed);
  });
}

}  // namespace
}  // namespace hitbench
