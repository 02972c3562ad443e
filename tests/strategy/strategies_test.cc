// The plain strategies: none, direct and cache-aside as its preset has it.
#include <algorithm>

#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

// The cache's own TTL may be later (memcached rounds up), so the one in the value decides, checksum or not.
TEST_F(StrategyTest, DirectMissesAnExpiredCopyAlsoWhereItDoesNotVerify) {
  for (const bool verify : {true, false}) {
    verify_ = verify;
    const auto direct = strategy(R"({"type": "direct", "ttl": "1s"})");
    run([&] {
      EXPECT_TRUE(write(*direct, 1, "payload"));
      EXPECT_EQ(read(*direct).outcome, Outcome::fresh_hit);
      loop_->sleep_until(loop_->now() + seconds(2));
      EXPECT_EQ(read(*direct).outcome, Outcome::miss) << verify;
    });
  }
}

TEST_F(StrategyTest, ValuesHaveAnEnvelopeOnlyWhereSomethingAsksForIt) {
  const auto stored_size = [&](bool verify, const std::string& json) {
    verify_ = verify;
    run([&] { EXPECT_TRUE(write(*strategy(json), 1, "payload")); });
    return cache_.stored["key-1"].size();
  };
  EXPECT_EQ(stored_size(false, R"("direct")"), 7u);
  EXPECT_EQ(stored_size(false, R"({"type": "cache-aside", "on_write": "update", "ttl": "none"})"), 7u);
  EXPECT_EQ(
      stored_size(false, R"({"type": "cache-aside", "on_write": "update", "ttl": "none", "nulls": {"ttl": "1s"}})"),
      kEnvelopeBytes + 7);
  EXPECT_EQ(stored_size(false, R"({"type": "direct", "ttl": "1s"})"), kEnvelopeBytes + 7);
  EXPECT_EQ(stored_size(true, R"("direct")"), kEnvelopeBytes + 7);
}

TEST_F(StrategyTest, NoneAsksTheOriginEveryTime) {
  const auto none = strategy(R"("none")");
  run([&] {
    EXPECT_EQ(read(*none).outcome, Outcome::miss);
    const Answer second = read(*none);
    EXPECT_EQ(second.outcome, Outcome::miss);
    EXPECT_EQ(second.load, milliseconds(5));
    EXPECT_EQ(origin_.loads, 2);
    origin_.broken = true;
    EXPECT_EQ(read(*none).outcome, Outcome::failed);
    EXPECT_FALSE(write(*none, 2, "x"));
  });
}

TEST_F(StrategyTest, CacheAsideLoadsOnceUntilTheTtlEnds) {
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "60s"})");
  run([&] {
    EXPECT_EQ(read(*aside).outcome, Outcome::miss);
    const Time filled = loop_->now();
    EXPECT_EQ(cache_.last_ttl, seconds(60));
    loop_->sleep_until(filled + seconds(60) - Duration(1));
    EXPECT_EQ(read(*aside).outcome, Outcome::fresh_hit);
    EXPECT_EQ(origin_.loads, 1);
    loop_->sleep_until(filled + seconds(60));
    EXPECT_EQ(read(*aside).outcome, Outcome::miss) << "the logical expiry decides, though the cache still holds it";
    EXPECT_EQ(origin_.loads, 2);
  });
}

TEST_F(StrategyTest, CacheAsideDeletesTheCopyAfterAWrite) {
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "none"})");
  run([&] {
    read(*aside);
    EXPECT_TRUE(write(*aside, 7, "new"));
    EXPECT_TRUE(cache_.stored.empty());
    const Answer answer = read(*aside);
    EXPECT_EQ(answer.write_id, 7u);
    EXPECT_EQ(read(*aside).write_id, 7u);
    EXPECT_TRUE(erase(*aside, 8));
    EXPECT_TRUE(cache_.stored.empty());
  });
}

TEST_F(StrategyTest, ABrokenCacheIsAFailureAndNoMiss) {
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "60s"})");
  run([&] {
    cache_.broken = true;
    EXPECT_EQ(read(*aside).outcome, Outcome::failed);
    EXPECT_EQ(origin_.loads, 0);
    EXPECT_FALSE(write(*aside, 2, "x")) << "the stale cached entry could not be deleted";
  });
}

TEST_F(StrategyTest, AWrongValueIsCorruptAndFails) {
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "60s"})");
  const auto direct = strategy(R"("direct")");
  run([&] {
    read(*aside);
    cache_.stored["key-1"].back() ^= 1;
    for (Strategy* strategy : {aside.get(), direct.get()}) {
      const Answer answer = read(*strategy);
      EXPECT_TRUE(answer.corrupt);
      EXPECT_EQ(answer.outcome, Outcome::failed);
    }
  });
}

TEST_F(StrategyTest, AnAbsentRowIsAMissThatFillsNothing) {
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "60s"})");
  run([&] {
    origin_.absent = true;
    const Answer answer = read(*aside);
    EXPECT_EQ(answer.outcome, Outcome::miss);
    EXPECT_FALSE(answer.found);
    EXPECT_TRUE(cache_.stored.empty());
  });
}

TEST_F(StrategyTest, JitterSpreadsTheTtlOverItsWholeRange) {
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "100s", "ttl_jitter": 0.1})");
  run([&] {
    Duration shortest = kForever, longest{0};
    Duration sum{0};
    for (int i = 0; i < 1000; ++i) {
      cache_.stored.clear();
      read(*aside);
      shortest = std::min(shortest, cache_.last_ttl);
      longest = std::max(longest, cache_.last_ttl);
      sum += cache_.last_ttl;
    }
    // Uniform over [90, 110] s: of 1000 draws the extremes lie within 0.2 s of the ends, but for one run in 10^4.
    EXPECT_GE(shortest, seconds(90));
    EXPECT_LE(shortest, milliseconds(90'200));
    EXPECT_LE(longest, seconds(110));
    EXPECT_GE(longest, milliseconds(109'800));
    EXPECT_NEAR(static_cast<double>(sum.count()) / 1e12, 100.0, 1.0);
  });
}

TEST_F(StrategyTest, DirectNeedsNoOrigin) {
  const auto direct = strategy(R"("direct")");
  client_.origin = nullptr;
  run([&] {
    EXPECT_EQ(read(*direct).outcome, Outcome::miss);
    EXPECT_TRUE(direct->preload(kKey, {0, "value"}, client_));
    EXPECT_EQ(read(*direct).outcome, Outcome::fresh_hit);
    EXPECT_TRUE(erase(*direct, 8));
    EXPECT_EQ(read(*direct).outcome, Outcome::miss);
  });
}

}  // namespace
}  // namespace hitbench
