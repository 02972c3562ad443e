// The base of the decorators: each call reaches the wrapped cache as it is, and its answer comes back as it is.
#include "cache/forwarding_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

struct NoQueue final : Queue {
  Put put(const QueuedWrite&, Time, uint64_t, Call&) override { return Put::failed; }
  Sought find(Key, QueuedWrite&, Call&) override { return Sought::failed; }
  Taken take(const Taker&, uint64_t, Time, Call&) override { return {}; }
  bool settle(std::span<const QueuedWrite>, Time, Call&) override { return false; }
  void leave(const Taker&, Call&) override {}
};

// Writes down what it was asked, and gives a different answer to each call.
struct RecordingCache final : Cache, Batch, Owned {
  std::vector<std::string> calls;
  NoQueue waiting;

  void note(const std::string& what, Key key, Bytes more = {}) {
    calls.push_back(what + " " + std::string(key.text) + (more.empty() ? "" : " ") + std::string(more));
  }
  static std::string text(Bytes value, Duration ttl) { return std::string(value) + " " + std::to_string(ttl / 1s); }

  Lookup get(Key key, Call& call) override {
    note("get", key);
    call.value = "value";
    return {Lookup::Status::hit, call.value};
  }
  Stored set(Key key, Bytes value, Duration ttl, Call&) override {
    note("set", key, text(value, ttl));
    return Stored::stored;
  }
  Stored add(Key key, Bytes value, Duration ttl, Call&) override {
    note("add", key, text(value, ttl));
    return Stored::not_stored;
  }
  Stored erase(Key key, Call&) override {
    note("erase", key);
    return Stored::failed;
  }
  Batch* batch() override { return this; }
  void get_many(std::span<const Key> keys, Call&, const std::function<void(size_t, Lookup)>& found) override {
    note("get_many", keys.front(), std::to_string(keys.size()));
    for (size_t i = 0; i < keys.size(); ++i) found(i, {Lookup::Status::hit, keys[i].text});
  }
  Owned* owned() override { return this; }
  Stored erase_if(Key key, Bytes token, Call&) override {
    note("erase_if", key, token);
    return Stored::not_stored;
  }
  Queue* queue() override { return &waiting; }
  std::optional<CacheUsage> usage() const override { return CacheUsage{.entries = 3}; }
  std::optional<Traffic> traffic() const override { return Traffic{.begun = 5}; }
  Tally take_words() override {
    Tally words;
    words.add("OOM", "out of memory");
    return words;
  }
  uint64_t remove_own_keys(const std::function<void()>& progress) override {
    progress();
    return 7;
  }
};

// Can do nothing but what each cache must.
struct PlainCache final : Cache {
  Lookup get(Key, Call&) override { return {Lookup::Status::miss, {}}; }
  Stored set(Key, Bytes, Duration, Call&) override { return Stored::failed; }
  Stored add(Key, Bytes, Duration, Call&) override { return Stored::failed; }
  Stored erase(Key, Call&) override { return Stored::failed; }
};

// Its cache is replaced.
struct ReplacingCache final : ForwardingCache {
  explicit ReplacingCache(Cache& first) { wrap(first); }
  void replace(Cache& next) { wrap(next); }
};

constexpr Key kOne{1, "one"}, kTwo{2, "two"};

TEST(ForwardingCache, ForwardsWhatIsAskedOfOneKey) {
  RecordingCache wrapped;
  ForwardingCache cache(wrapped);
  Call call;
  const Lookup lookup = cache.get(kOne, call);
  EXPECT_EQ(lookup.status, Lookup::Status::hit);
  EXPECT_EQ(lookup.value, "value");
  EXPECT_EQ(cache.set(kOne, "new", 2s, call), Stored::stored);
  EXPECT_EQ(cache.add(kOne, "first", 3s, call), Stored::not_stored);
  EXPECT_EQ(cache.erase(kOne, call), Stored::failed);
  EXPECT_EQ(cache.owned()->erase_if(kOne, "token", call), Stored::not_stored);
  EXPECT_THAT(wrapped.calls,
              ElementsAre("get one", "set one new 2", "add one first 3", "erase one", "erase_if one token"));
}

TEST(ForwardingCache, ForwardsABatchAsOneCall) {
  RecordingCache wrapped;
  ForwardingCache cache(wrapped);
  Call call;
  std::vector<std::string> found;
  const std::array keys{kOne, kTwo};
  cache.batch()->get_many(keys, call, [&](size_t i, Lookup lookup) {
    EXPECT_EQ(i, found.size());
    found.emplace_back(lookup.value);
  });
  EXPECT_THAT(found, ElementsAre("one", "two"));
  EXPECT_THAT(wrapped.calls, ElementsAre("get_many one 2"));
}

TEST(ForwardingCache, AnswersWithTheAccountsOfTheWrappedCache) {
  RecordingCache wrapped;
  ForwardingCache cache(wrapped);
  EXPECT_EQ(cache.queue(), &wrapped.waiting);
  EXPECT_EQ(cache.usage().value().entries, 3u);
  EXPECT_EQ(cache.traffic().value().begun, 5u);
  EXPECT_EQ(cache.take_words().entries().size(), 1u);
  int removed = 0;
  EXPECT_EQ(cache.remove_own_keys([&] { ++removed; }), 7u);
  EXPECT_EQ(removed, 1);
}

TEST(ForwardingCache, CannotDoWhatTheWrappedCacheCannot) {
  PlainCache wrapped;
  ForwardingCache cache(wrapped);
  EXPECT_EQ(cache.batch(), nullptr);
  EXPECT_EQ(cache.owned(), nullptr);
  EXPECT_EQ(cache.queue(), nullptr);
  EXPECT_FALSE(cache.usage().has_value());
  EXPECT_FALSE(cache.traffic().has_value());
}

TEST(ForwardingCache, ForwardsToTheCacheThatTookTheOthersPlace) {
  PlainCache first;
  RecordingCache second;
  ReplacingCache cache(first);
  Call call;
  EXPECT_EQ(cache.get(kOne, call).status, Lookup::Status::miss);
  cache.replace(second);
  EXPECT_EQ(cache.get(kOne, call).status, Lookup::Status::hit);
  EXPECT_NE(cache.batch(), nullptr);
}

}  // namespace
}  // namespace hitbench
