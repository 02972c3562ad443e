// Why a cached entry is not there, by a cache's entry ledger; and what an origin has confirmed.
#include "verify/watched.h"

#include <gtest/gtest.h>

#include "cache/parts.h"
#include "strategy/value.h"
#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

class WatchedCacheTest : public testing::Test {
 protected:
  // Stores a cached entry that ends `ttl` from now; zero: never.
  void store(uint64_t id, Duration ttl = 0s) {
    std::string text = name(id), value;
    encode_value({id, text}, {.expiry = ttl == 0s ? Time{} : loop->now() + ttl, .payload = "payload"},
                 Envelope::checked, value);
    ASSERT_EQ(cache->set({id, text}, value, ttl == 0s ? kForever : ttl, call), Stored::stored);
  }
  Lookup::Status get(uint64_t id) { return cache->get({id, name(id)}, call).status; }
  MissCause cause(uint64_t id) {
    EXPECT_EQ(get(id), Lookup::Status::miss);
    return call.missed;
  }
  void drop(uint64_t id) { behind.stored.erase(name(id)); }  // without a word
  void run(const std::function<void()>& body) {
    loop->spawn(body);
    loop->run();
  }
  const std::string& name(uint64_t id) { return names[id] = "key-" + std::to_string(id); }

  std::unique_ptr<Loop> loop = Loop::virtual_time();
  std::map<uint64_t, std::string> names;
  FakeCache behind;
  EntryLedger ledger{100, 10};
  std::unique_ptr<Cache> cache = watch(behind, ledger, *loop, true);
  Call call;
};

TEST_F(WatchedCacheTest, NamesTheFirstMiss) {
  EXPECT_EQ(cause(1), MissCause::first);
  cache->erase({1, name(1)}, call);
  EXPECT_EQ(cause(1), MissCause::first) << "nothing was there to be deleted";
}

TEST_F(WatchedCacheTest, NamesWhatWasDeleted) {
  store(1);
  EXPECT_EQ(get(1), Lookup::Status::hit);
  cache->erase({1, name(1)}, call);
  EXPECT_EQ(cause(1), MissCause::invalidated);
}

TEST_F(WatchedCacheTest, TellsEvictionFromExpiry) {
  run([&] {
    store(1, 1s);
    store(2);
    drop(1), drop(2);
    EXPECT_EQ(cause(1), MissCause::evicted);
    EXPECT_EQ(cause(2), MissCause::evicted);
    loop->sleep_until(loop->now() + 1s);
    EXPECT_EQ(cause(1), MissCause::expired) << "it would have been missed anyway";
    EXPECT_EQ(cause(2), MissCause::evicted);
  });
}

// What no longer TTL would have kept, for it had been thrown out by then.
TEST_F(WatchedCacheTest, KnowsOfACopyEvictedBeforeItExpiredWhereTheCacheTells) {
  Params params;
  for (const char* unset : {"bytes", "latency"}) params.put(unset, std::monostate{});
  params.put("shared", false);
  params.put("entries", int64_t{2});
  const auto backend = make_memory(params, {.virtual_time = true});
  const auto memory = backend->connect(*loop, {});
  EntryLedger its_own(100, 0);
  cache = watch(*memory, its_own, *loop, true);
  run([&] {
    store(1, 1s), store(2, 1s), store(3, 1s);
    loop->sleep_until(loop->now() + 2s);
    for (int look = 0; look < 2; ++look) {
      EXPECT_EQ(cause(1), MissCause::evicted);
      EXPECT_EQ(cause(2), MissCause::expired) << "and cleared away by the first look";
    }
    store(1, 1s);
    EXPECT_EQ(get(1), Lookup::Status::hit);
    loop->sleep_until(loop->now() + 2s);
    const std::array<Key, 2> keys = {Key{1, name(1)}, Key{3, name(3)}};
    std::array<MissCause, 2> causes{};
    cache->batch()->get_many(keys, call, [&](size_t i, Lookup) { causes[i] = call.missed; });
    EXPECT_EQ(causes, (std::array{MissCause::expired, MissCause::expired}));
  });
}

TEST_F(WatchedCacheTest, NamesWhatWasLostWithTheCache) {
  store(1);
  behind.stored.clear();
  ledger.lost_all();
  EXPECT_EQ(cause(1), MissCause::lost);
  store(1);
  drop(1);
  EXPECT_EQ(cause(1), MissCause::evicted) << "stored since";
}

// A server is killed: calls fail while it is away, and whatever they did, the cached entries were lost.
TEST_F(WatchedCacheTest, CallsThatFailOnALostCacheDoNotHideThatItLostItsCopies) {
  store(1), store(2), store(3);
  const auto set = [&](uint64_t id) { return cache->set({id, name(id)}, "value", kForever, call); };
  const auto erase = [&](uint64_t id) { return cache->erase({id, name(id)}, call); };
  behind.stored.clear();
  ledger.lost_all();
  behind.broken = true;
  EXPECT_EQ(erase(1), Stored::failed);
  EXPECT_EQ(set(2), Stored::failed);
  EXPECT_EQ(erase(2), Stored::failed);
  EXPECT_EQ(set(4), Stored::failed);
  behind.broken = false;
  EXPECT_EQ(cause(1), MissCause::lost);
  EXPECT_EQ(cause(2), MissCause::lost);
  EXPECT_EQ(cause(3), MissCause::lost);
  EXPECT_EQ(cause(4), MissCause::unknown) << "it may have been stored, and evicted";
  ledger.lost_all();
  EXPECT_EQ(cause(4), MissCause::lost) << "nothing that was stored before is there now";
}

TEST_F(WatchedCacheTest, ADeleteThatFailsLeavesACauseThatWasThere) {
  store(1), store(2);
  cache->erase({1, name(1)}, call);
  behind.broken = true;
  cache->erase({1, name(1)}, call);
  cache->erase({2, name(2)}, call);
  cache->erase({3, name(3)}, call);
  behind.broken = false;
  drop(2);
  EXPECT_EQ(cause(1), MissCause::invalidated);
  EXPECT_EQ(cause(2), MissCause::unknown) << "deleted or evicted";
  EXPECT_EQ(cause(3), MissCause::first);
}

TEST_F(WatchedCacheTest, AProcessThatIsStartedAgainHasLostItsOwnCache) {
  store(1);
  FakeCache empty;
  cache = watch(empty, ledger, *loop, true);
  EXPECT_EQ(cause(1), MissCause::lost);
}

TEST_F(WatchedCacheTest, AServersCacheIsNotLostWhenAnotherProcessOpensIt) {
  EntryLedger shared(100, 0);
  cache = watch(behind, shared, *loop, false);
  store(1);
  const auto other = watch(behind, shared, *loop, false);
  drop(1);
  EXPECT_EQ(cause(1), MissCause::evicted);
}

TEST_F(WatchedCacheTest, AMissThatOverlapsAFillHasTheCauseBeforeIt) {
  run([&] {
    store(1);
    cache->erase({1, name(1)}, call);
    const EntryLedger::Moment start = ledger.moment();  // a lookup misses on the server, and its reply is under way
    store(1);
    EXPECT_EQ(ledger.missed(1, start, {loop->now()}, Remains::unknown), MissCause::invalidated);
    EXPECT_EQ(ledger.missed(1, ledger.moment(), {loop->now()}, Remains::unknown), MissCause::evicted);
    const EntryLedger::Moment again = ledger.moment();
    store(1);
    EXPECT_EQ(ledger.missed(1, again, {loop->now()}, Remains::unknown), MissCause::invalidated)
        << "of two fills at once";
  });
}

TEST_F(WatchedCacheTest, ACopyThatIsGoneAfterAFillOverlappedADeleteWasDeleted) {
  run([&] {
    store(1, 1s);
    const EntryLedger::Moment start = ledger.moment();
    cache->erase({1, name(1)}, call);
    ledger.stored(1, start, loop->now() + 1s, {loop->now()});
    EXPECT_EQ(cause(1), MissCause::invalidated);
    loop->sleep_until(loop->now() + 2s);
    EXPECT_EQ(cause(1), MissCause::expired);
  });
}

TEST_F(WatchedCacheTest, ACopyThatIsBeingDeletedIsMissedForThat) {
  store(1);
  ledger.erasing(1);  // the server has done it, its reply is under way
  drop(1);
  EXPECT_EQ(cause(1), MissCause::invalidated);
}

TEST_F(WatchedCacheTest, KnowsNothingAfterACallThatFailed) {
  store(1);
  behind.broken = true;
  EXPECT_EQ(cache->erase({1, name(1)}, call), Stored::failed);
  behind.broken = false;
  drop(1);
  EXPECT_EQ(cause(1), MissCause::unknown);
}

TEST_F(WatchedCacheTest, KeepsAccountOfAbsentKeysAndOfNoOthers) {
  EXPECT_EQ(cause(kFirstAbsentKey + 9), MissCause::first);
  EXPECT_EQ(cause(kFirstAbsentKey + 10), MissCause::unknown);
  EXPECT_EQ(cause(100), MissCause::unknown);
}

TEST_F(WatchedCacheTest, NamesACauseForEachKeyOfABatch) {
  store(1), store(2);
  cache->erase({2, name(2)}, call);
  const std::array<Key, 3> keys = {Key{1, name(1)}, Key{2, name(2)}, Key{3, name(3)}};
  std::array<MissCause, 3> causes{};
  cache->batch()->get_many(keys, call, [&](size_t i, Lookup lookup) {
    if (lookup.status == Lookup::Status::miss) causes[i] = call.missed;
  });
  EXPECT_EQ(causes, (std::array{MissCause::unknown, MissCause::invalidated, MissCause::first}));
}

TEST_F(WatchedCacheTest, CountsCopiesThatWereReadOnceEach) {
  store(1), store(2), store(3);
  get(1), get(1), get(2);
  EXPECT_EQ(ledger.entries(), 3u);
  EXPECT_EQ(ledger.entries_read(), 2u);
  store(1);
  EXPECT_EQ(ledger.entries(), 4u);
  EXPECT_EQ(ledger.entries_read(), 2u) << "the new cached entry has not been read";
}

// Another process may read a cached entry before the one that stored it has come to note it.
TEST_F(WatchedCacheTest, NeverCountsMoreReadCopiesThanThereWere) {
  for (const uint64_t key : {uint64_t{1}, uint64_t{2}}) {
    const EntryLedger::Moment start = ledger.moment();
    ledger.hit(key);
    ledger.stored(key, start, kNever, {loop->now()});
    ledger.hit(key);
  }
  EXPECT_EQ(ledger.entries(), 2u);
  EXPECT_EQ(ledger.entries_read(), 2u);
}

TEST_F(WatchedCacheTest, UnlocksOnlyWhatItsOwnerHolds) {
  ASSERT_EQ(cache->add({1, name(1)}, "token", kForever, call), Stored::stored);
  EXPECT_EQ(cache->add({1, name(1)}, "other", kForever, call), Stored::not_stored);
  EXPECT_EQ(cache->owned()->erase_if({1, name(1)}, "other", call), Stored::not_stored);
  EXPECT_EQ(cache->owned()->erase_if({1, name(1)}, "token", call), Stored::stored);
  EXPECT_EQ(cause(1), MissCause::invalidated);
}

TEST(WatchedOrigin, ReportsWhatWasConfirmed) {
  const auto loop = Loop::virtual_time();
  FakeOrigin behind(*loop);
  WriteTable write_table({.keys = 10, .clients = 1});
  const auto origin = watch(behind, write_table);
  loop->spawn([&] {
    Call call;
    write_table.begin({.key = 1, .id = 5, .started = loop->now()});
    write_table.begin({.key = 1, .id = 6, .started = loop->now()});
    origin->store({1, "key"}, 5, "payload", call);
    EXPECT_TRUE(write_table.assess(1, 5, kNever).confirmed);
    behind.broken = true;
    origin->erase({1, "key"}, 6, call);
    EXPECT_FALSE(write_table.assess(1, 6, kNever).confirmed);
  });
  loop->run();
}

}  // namespace
}  // namespace hitbench
