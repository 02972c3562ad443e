// What a strategy hands to its guard.
#include <vector>

#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

// Loads, and notes what each miss had found.
class NotingGuard final : public Guard {
 public:
  NotingGuard(CachedEntries& entries, std::vector<Found>& seen) : entries_(entries), seen_(seen) {}
  Answer miss(Key key, const Found& found, Client& client) override {
    seen_.push_back(found);
    return entries_.load(key, client);
  }
  void reload(Key key, Time, Client& task) override { entries_.load(key, task); }

 private:
  CachedEntries& entries_;
  std::vector<Found>& seen_;
};

class GuardSeam : public StrategyTest {
 protected:
  std::unique_ptr<Strategy> noted(const std::string& json) {
    StrategyContext context{.verify = verify_, .loop = loop_.get(), .tasks = &tasks_, .rows = rows_};
    context.make_guard = [this](const Part&, const Composition& with) {
      return std::make_unique<NotingGuard>(with.entries, seen_);
    };
    auto made = compose(json, std::move(context));
    client_.cache = made->front(&cache_);
    tasks_.use(client_.cache);
    return made;
  }

  std::vector<Found> seen_;
};

TEST_F(GuardSeam, TellsAMissingEntryFromAnExpiredOne) {
  const auto aside = noted(R"({"type": "cache-aside", "ttl": "1s"})");
  run([&] {
    client_.cache_call.missed = MissCause::evicted;
    read(*aside);
    const Time filled = loop_->now();
    loop_->sleep_until(filled + seconds(2));
    read(*aside);
    ASSERT_EQ(seen_.size(), 2u);
    EXPECT_EQ(seen_[0].state, Found::State::missing);
    EXPECT_EQ(seen_[0].cause, MissCause::evicted);
    EXPECT_EQ(seen_[1].state, Found::State::expired);
    EXPECT_EQ(seen_[1].value.write_id, 1u);
    EXPECT_EQ(seen_[1].value.expiry, filled + seconds(1));
  });
}

TEST_F(GuardSeam, SeesEachKeyOfABatch) {
  const auto aside = noted(R"({"type": "cache-aside", "ttl": "1s"})");
  run([&] {
    read(*aside);
    loop_->sleep_until(loop_->now() + seconds(2));
    seen_.clear();
    start(client_);
    const std::vector<Key> keys{kKey, {.id = 2, .text = "key-2"}};
    std::vector<Answer> answers(keys.size());
    aside->read_many(keys, answers, client_);
    ASSERT_EQ(seen_.size(), 2u);
    EXPECT_EQ(seen_[0].state, Found::State::expired);
    EXPECT_EQ(seen_[1].state, Found::State::missing);
  });
}

// The cache fails the first reader, which has the only place at the origin until 5 ms, and the second, which has it
// until 10 ms. The third finds nothing at 2 ms; when its turn comes there is an entry that expired at 1 ms.
TEST_F(GuardSeam, SeesTheLastLookupOfAReadThatWaitedForTheOrigin) {
  const auto aside = noted(R"({"type": "cache-aside", "ttl": "1ms", "fail_safe": {"origin_limit": 1}})");
  std::vector<Answer> answers;
  run([&] {
    start(client_);
    aside->preload(kKey, {.write_id = 3, .payload = "old"}, client_);
    const auto old = cache_.stored;
    cache_.stored.clear();
    cache_.broken = true;
    read_later(*aside, Duration{0}, answers);
    read_later(*aside, Duration{0}, answers);
    loop_->sleep_until(Time{} + milliseconds(2));
    cache_.broken = false;
    read_later(*aside, Duration{0}, answers);
    loop_->sleep_until(Time{} + milliseconds(3));
    cache_.stored = old;
  });
  ASSERT_EQ(seen_.size(), 1u);
  EXPECT_EQ(seen_[0].state, Found::State::expired);
  EXPECT_EQ(seen_[0].value.write_id, 3u);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[2].cause, MissCause::unknown) << "why it missed in the first place";
}

}  // namespace
}  // namespace hitbench
