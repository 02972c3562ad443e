// What write-behind expects of a queue on a server, whichever it is: run on a fiber, over an empty queue.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cache/cache.h"

namespace hitbench {

// Whoever puts writes into a queue and takes them out again. Times are in milliseconds; a lease lasts 300.
class QueueUser {
 public:
  QueueUser(Queue& queue, Call& call) : queue_(queue), call_(call) {}

  static Time at(int64_t ms) { return Time(std::chrono::milliseconds(ms)); }
  static QueuedWrite write_of(uint64_t key, uint64_t id) {
    return {.key = "key-" + std::to_string(key), .key_id = key, .write_id = id, .payload = std::string("a\0\r\n:b", 6)};
  }
  static std::vector<uint64_t> ids(const Queue::Taken& taken) {
    std::vector<uint64_t> all;
    for (const QueuedWrite& write : taken.writes) all.push_back(write.write_id);
    return all;
  }

  Queue::Put put(uint64_t key, uint64_t id, int64_t ms, uint64_t most = 10) {
    return queue_.put(write_of(key, id), at(ms), most, call_);
  }
  Queue::Taken take(const std::string& token, uint64_t most, int64_t since) {
    return queue_.take({token, std::chrono::milliseconds(300)}, most, at(since), call_);
  }
  Queue::Sought find(uint64_t key, QueuedWrite& found) {
    return queue_.find({.id = key, .text = write_of(key, 0).key}, found, call_);
  }
  bool settle(const Queue::Taken& taken, int64_t ms) { return queue_.settle(taken.writes, at(ms), call_); }
  void leave(const std::string& token) { queue_.leave({token, Duration(1)}, call_); }

 private:
  Queue& queue_;
  Call& call_;
};

inline void keeps_the_newest_write_of_each_key_in_the_order_of_the_first(QueueUser user) {
  EXPECT_EQ(user.put(1, 11, 100), Queue::Put::queued);
  EXPECT_EQ(user.put(2, 12, 101), Queue::Put::queued);
  EXPECT_EQ(user.put(1, 13, 150), Queue::Put::coalesced);
  const Queue::Taken taken = user.take("a", 10, 100);
  EXPECT_EQ(taken.status, Queue::Taken::Status::yours);
  EXPECT_EQ(taken.waiting, 2u);
  EXPECT_EQ(taken.oldest, QueueUser::at(100));
  ASSERT_THAT(QueueUser::ids(taken), testing::ElementsAre(13, 12));
  EXPECT_EQ(taken.writes[0].key, "key-1");
  EXPECT_EQ(taken.writes[0].key_id, 1u);
  EXPECT_EQ(taken.writes[0].payload, std::string("a\0\r\n:b", 6));
  EXPECT_FALSE(taken.writes[0].erased);
}

inline void gives_what_is_due_or_a_batch(QueueUser user) {
  EXPECT_EQ(user.take("a", 10, 1000).oldest, kNever);
  user.put(1, 11, 100), user.put(2, 12, 200), user.put(3, 13, 300);
  EXPECT_THAT(QueueUser::ids(user.take("a", 10, 99)), testing::IsEmpty());
  EXPECT_THAT(QueueUser::ids(user.take("a", 10, 100)), testing::ElementsAre(11, 12, 13));
  EXPECT_THAT(QueueUser::ids(user.take("a", 2, 99)), testing::ElementsAre(11, 12));
}

inline void is_full_for_new_keys_only(QueueUser user) {
  EXPECT_EQ(user.put(1, 11, 0, 1), Queue::Put::queued);
  EXPECT_EQ(user.put(2, 12, 0, 1), Queue::Put::full);
  EXPECT_EQ(user.put(1, 13, 0, 1), Queue::Put::coalesced);
}

inline void settles_only_what_was_not_overwritten_meanwhile(QueueUser user) {
  user.put(1, 11, 0), user.put(2, 12, 0);
  const Queue::Taken taken = user.take("a", 10, 100);
  user.put(1, 13, 101);
  EXPECT_TRUE(user.settle(taken, 105));
  QueuedWrite found;
  EXPECT_EQ(user.find(1, found), Queue::Sought::found);
  EXPECT_EQ(found.write_id, 13u);
  EXPECT_EQ(user.find(2, found), Queue::Sought::nothing);
  EXPECT_THAT(QueueUser::ids(user.take("a", 10, 104)), testing::IsEmpty()) << "it began to wait again";
  EXPECT_THAT(QueueUser::ids(user.take("a", 10, 105)), testing::ElementsAre(13));
}

// `b` holds the queue at the end.
inline void has_one_flusher_until_it_leaves(QueueUser user) {
  user.put(1, 11, 0);
  EXPECT_EQ(user.take("a", 10, 0).status, Queue::Taken::Status::yours);
  const Queue::Taken refused = user.take("b", 10, 0);
  EXPECT_EQ(refused.status, Queue::Taken::Status::anothers);
  EXPECT_EQ(refused.waiting, 1u);
  EXPECT_THAT(refused.writes, testing::IsEmpty());
  user.leave("b");
  EXPECT_EQ(user.take("b", 10, 0).status, Queue::Taken::Status::anothers) << "only the owner can leave";
  user.leave("a");
  EXPECT_THAT(QueueUser::ids(user.take("b", 10, 0)), testing::ElementsAre(11));
}

}  // namespace hitbench
