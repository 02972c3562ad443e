// Markers of absent rows, and TTLs that begin with every access.
#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

using Nulls = StrategyTest;
using TtlFromAccess = StrategyTest;
using OwnTtls = StrategyTest;

constexpr const char* kNulls = R"({"type": "cache-aside", "ttl": "60s", "nulls": {"ttl": "5s"}})";

TEST_F(Nulls, AreRememberedForATtlOfTheirOwn) {
  const auto aside = strategy(kNulls);
  run([&] {
    origin_.absent = true;
    const Answer first = read(*aside);
    EXPECT_EQ(first.outcome, Outcome::miss);
    EXPECT_FALSE(first.found);
    EXPECT_EQ(cache_.last_ttl, seconds(5));
    EXPECT_EQ(cache_.stored["key-1"].size(), kEnvelopeBytes) << "a negative entry, not an empty string";
    const Answer second = read(*aside);
    EXPECT_EQ(second.outcome, Outcome::null_hit);
    EXPECT_FALSE(second.found);
    EXPECT_EQ(second.write_id, 1u);
    loop_->sleep_until(loop_->now() + seconds(5));
    EXPECT_EQ(read(*aside).outcome, Outcome::miss);
    EXPECT_EQ(origin_.loads, 2);
  });
}

// Whether filled or written, by any strategy with a cache. A negative entry has the TTL of negative entries.
TEST_F(OwnTtls, ComeBeforeTheStrategys) {
  key_ttls_ = own_ttl(seconds(7));
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "60s", "on_write": "update", "nulls": {"ttl": "5s"}})");
  const auto forgetful = strategy(R"({"type": "cache-aside", "ttl": "none"})");
  const auto direct = strategy(R"({"type": "direct", "ttl": "1s"})");
  const auto last_ttl = [&] { return std::exchange(cache_.last_ttl, Duration{0}); };
  run([&] {
    read(*aside);
    EXPECT_EQ(last_ttl(), seconds(7));
    EXPECT_TRUE(write(*aside, 3, "new"));
    EXPECT_EQ(last_ttl(), seconds(7));
    EXPECT_TRUE(write(*direct, 4, "newer"));
    EXPECT_EQ(last_ttl(), seconds(7));
    cache_.stored.clear();
    read(*forgetful);
    EXPECT_EQ(last_ttl(), seconds(7));
    cache_.stored.clear();
    origin_.absent = true;
    read(*aside);
    EXPECT_EQ(last_ttl(), seconds(5));
  });
}

TEST_F(OwnTtls, AreVariedByTheStrategysJitter) {
  key_ttls_ = own_ttl(seconds(10));
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "60s", "ttl_jitter": 0.2})");
  run([&] {
    Duration least = kForever, most{0};
    for (int i = 0; i < 200; ++i) {
      cache_.stored.clear();
      read(*aside);
      least = std::min(least, cache_.last_ttl);
      most = std::max(most, cache_.last_ttl);
    }
    EXPECT_GE(least, seconds(8));
    EXPECT_LT(least, milliseconds(8500));
    EXPECT_LE(most, seconds(12));
    EXPECT_GT(most, milliseconds(11500));
  });
}

TEST_F(OwnTtls, LeaveOtherKeysAlone) {
  key_ttls_ = std::make_shared<KeyTtls>(std::vector<uint16_t>{1, 0}, std::vector<Duration>{seconds(7)});
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "60s"})");
  run([&] {
    read(*aside);
    EXPECT_EQ(cache_.last_ttl, seconds(60));
  });
}

TEST_F(Nulls, AreVoidedByAnInsert) {
  const auto aside = strategy(kNulls);
  run([&] {
    origin_.absent = true;
    read(*aside);
    EXPECT_TRUE(write(*aside, 7, "new"));
    const Answer answer = read(*aside);
    EXPECT_EQ(answer.outcome, Outcome::miss);
    EXPECT_TRUE(answer.found);
    EXPECT_EQ(answer.write_id, 7u);
    EXPECT_EQ(cache_.last_ttl, seconds(60));
  });
}

TEST_F(Nulls, ReplaceTheCopyOfAnErasedRow) {
  const auto aside = strategy(kNulls);
  run([&] {
    read(*aside);
    EXPECT_TRUE(erase(*aside, 8));
    EXPECT_EQ(read(*aside).outcome, Outcome::miss);
    const Answer answer = read(*aside);
    EXPECT_EQ(answer.outcome, Outcome::null_hit);
    EXPECT_EQ(answer.write_id, 8u);
  });
}

TEST_F(Nulls, AreNotMadeOfErrorsAndTimeOuts) {
  const auto aside = strategy(kNulls);
  run([&] {
    origin_.broken = true;
    EXPECT_EQ(read(*aside).outcome, Outcome::failed);
    origin_.broken = false;
    origin_.absent = true;
    origin_.latency = seconds(2);
    EXPECT_EQ(read(*aside).outcome, Outcome::failed) << "over the timeout of 1 s";
    EXPECT_TRUE(cache_.stored.empty());
  });
}

TEST_F(TtlFromAccess, BeginsAgainWithEveryHit) {
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "10s", "ttl_from": "access"})");
  run([&] {
    read(*aside);
    for (int i = 0; i < 5; ++i) {
      loop_->sleep_until(loop_->now() + seconds(9));
      const Answer answer = read(*aside);
      EXPECT_EQ(answer.outcome, Outcome::fresh_hit);
      EXPECT_EQ(answer.write_id, 1u);
    }
    EXPECT_EQ(origin_.loads, 1);
    loop_->sleep_until(loop_->now() + seconds(10));
    EXPECT_EQ(read(*aside).outcome, Outcome::miss);
  });
}

TEST_F(TtlFromAccess, KeepsTheValueAndCostsASecondRoundTrip) {
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "10s", "ttl_from": "access"})");
  run([&] {
    read(*aside);
    const int before = cache_.calls;
    read(*aside);
    EXPECT_EQ(cache_.calls, before + 2);
    Value value;
    EXPECT_EQ(decode_value(kKey, cache_.stored["key-1"], Envelope::checked, value), Decoded::ok);
    EXPECT_EQ(value.payload, "from the origin");
    EXPECT_EQ(value.load_time, milliseconds(5));
    EXPECT_EQ(value.row_version, 1u);
  });
}

}  // namespace
}  // namespace hitbench
