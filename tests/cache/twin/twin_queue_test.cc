// Write-behind's queue on a twin: what a real server's does, and what only virtual time tells exactly.
#include "tests/cache/queue_contract.h"
#include "tests/cache/twin/twin_fixture.h"

namespace hitbench {
namespace {

class TwinQueueTest : public testing::Test {
 protected:
  QueueUser user() { return {*home_.cache->queue(), call_}; }

  TwinHome home_;
  Call call_;
};

TEST_F(TwinQueueTest, KeepsTheNewestWriteOfEachKeyInTheOrderOfTheFirst) {
  home_.run([&] { keeps_the_newest_write_of_each_key_in_the_order_of_the_first(user()); });
}

TEST_F(TwinQueueTest, GivesWhatIsDueOrABatch) {
  home_.run([&] { gives_what_is_due_or_a_batch(user()); });
}

TEST_F(TwinQueueTest, IsFullForNewKeysOnly) {
  home_.run([&] { is_full_for_new_keys_only(user()); });
}

TEST_F(TwinQueueTest, SettlesOnlyWhatWasNotOverwrittenMeanwhile) {
  home_.run([&] { settles_only_what_was_not_overwritten_meanwhile(user()); });
}

TEST_F(TwinQueueTest, HasOneFlusherUntilItLeavesOrGoesSilent) {
  home_.run([&] {
    has_one_flusher_until_it_leaves(user());
    home_.loop->sleep_until(home_.loop->now() + 300ms);
    EXPECT_THAT(QueueUser::ids(user().take("a", 10, 0)), testing::ElementsAre(11)) << "b's lease is over";
  });
}

TEST_F(TwinQueueTest, IsBehindAllProcessesAndDiesWithTheServer) {
  const std::unique_ptr<Cache> cache = home_.backend->connect(*home_.loop, {});
  home_.run([&] {
    QueueUser other(*cache->queue(), call_);
    user().put(1, 11, 0);
    QueuedWrite found;
    EXPECT_EQ(other.find(1, found), Queue::Sought::found);
    home_.backend->fault({.action = Fault::Action::kill});
    EXPECT_EQ(user().put(2, 12, 0), Queue::Put::failed);
    home_.backend->heal({.action = Fault::Action::kill});
    EXPECT_EQ(other.find(1, found), Queue::Sought::failed);
    EXPECT_EQ(other.find(1, found), Queue::Sought::nothing);
  });
}

}  // namespace
}  // namespace hitbench
