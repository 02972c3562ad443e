// Refresh ahead and stale_while.
#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

class Refreshing : public StrategyTest {
 protected:
  // Fills an entry that lives 10 s, and reads it when a fifth of that is left, and a millisecond later.
  Time read_around_the_last_fifth(Strategy& ahead) {
    read(ahead);
    const Time filled = loop_->now();
    loop_->sleep_until(filled + seconds(8));
    EXPECT_EQ(read(ahead).outcome, Outcome::fresh_hit);
    EXPECT_EQ(tasks_.started(), 0u);
    loop_->sleep_until(filled + seconds(8) + milliseconds(1));
    const Time asked = loop_->now();
    EXPECT_EQ(read(ahead).outcome, Outcome::fresh_hit);
    EXPECT_LT(loop_->now() - asked, milliseconds(1)) << "nobody waits for the origin";
    EXPECT_EQ(tasks_.started(), 1u);
    return filled;
  }
};

TEST_F(Refreshing, AheadLoadsOnceInTheBackgroundInTheLastPartOfTheTtl) {
  const auto ahead = strategy(R"({"type": "refresh-ahead", "ttl": "10s"})");
  run([&] {
    const Time filled = read_around_the_last_fifth(*ahead);
    for (int i = 0; i < 10; ++i) {
      const Time asked = loop_->now();
      EXPECT_EQ(read(*ahead).outcome, Outcome::fresh_hit);
      EXPECT_LT(loop_->now() - asked, milliseconds(1)) << "nobody waits for the origin";
      loop_->yield();
    }
    EXPECT_EQ(tasks_.started(), 1u);
    loop_->sleep_until(filled + seconds(10) + milliseconds(1));
    EXPECT_EQ(read(*ahead).outcome, Outcome::fresh_hit) << "the new cached entry has a TTL of its own";
    EXPECT_EQ(origin_.loads, 2);
  });
}

TEST_F(Refreshing, AheadGoesByTheTtlThatAKeyHasOfItsOwn) {
  key_ttls_ = own_ttl(seconds(10));
  const auto ahead = strategy(R"({"type": "refresh-ahead", "ttl": "60s"})");
  run([&] { read_around_the_last_fifth(*ahead); });
}

TEST_F(Refreshing, AheadTriesAgainAfterAFailure) {
  const auto ahead = strategy(R"({"type": "refresh-ahead", "ttl": "10s"})");
  run([&] {
    read(*ahead);
    loop_->sleep_until(loop_->now() + seconds(9));
    origin_.broken = true;
    EXPECT_EQ(read(*ahead).outcome, Outcome::fresh_hit);
    loop_->sleep_until(loop_->now() + milliseconds(10));
    EXPECT_EQ(origin_.loads, 2);
    origin_.broken = false;
    EXPECT_EQ(read(*ahead).outcome, Outcome::fresh_hit);
    loop_->sleep_until(loop_->now() + milliseconds(10));
    EXPECT_EQ(origin_.loads, 3);
    loop_->sleep_until(loop_->now() + seconds(2));
    EXPECT_EQ(read(*ahead).outcome, Outcome::fresh_hit);
  });
}

TEST_F(Refreshing, AheadDoesNothingForACopyThatLivesForEver) {
  const auto ahead = strategy(R"({"type": "refresh-ahead", "ttl": "none"})");
  run([&] {
    read(*ahead);
    loop_->sleep_until(loop_->now() + seconds(1000));
    EXPECT_EQ(read(*ahead).outcome, Outcome::fresh_hit);
    EXPECT_EQ(tasks_.started(), 0u);
  });
}

TEST_F(Refreshing, StaleWhileServesTheOldCopyDuringOneReload) {
  const auto stale = strategy(R"({"type": "stale-while-revalidate", "ttl": "10s"})");
  run([&] {
    read(*stale);
    EXPECT_EQ(cache_.last_ttl, seconds(40)) << "the cache keeps it for the TTL and the window";
    const Time filled = loop_->now();
    loop_->sleep_until(filled + seconds(40) - milliseconds(1));
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(read(*stale).outcome, Outcome::stale_hit);
      loop_->yield();
    }
    EXPECT_EQ(tasks_.started(), 1u);
    loop_->sleep_until(loop_->now() + milliseconds(6));
    EXPECT_EQ(read(*stale).outcome, Outcome::fresh_hit);
    EXPECT_EQ(origin_.loads, 2);
  });
}

TEST_F(Refreshing, StaleWhileWaitsForTheOriginAfterTheWindow) {
  const auto stale = strategy(R"({"type": "cache-aside", "ttl": "10s", "refresh": {"stale_while": "5s"}})");
  run([&] {
    read(*stale);
    loop_->sleep_until(loop_->now() + seconds(15));
    const Answer answer = read(*stale);
    EXPECT_EQ(answer.outcome, Outcome::miss);
    EXPECT_EQ(answer.cause, MissCause::expired);
    EXPECT_EQ(tasks_.started(), 0u);
  });
}

TEST_F(Refreshing, StaleWhileServesNoOldMarkerOfAnAbsence) {
  const auto stale =
      strategy(R"({"type": "cache-aside", "ttl": "10s", "refresh": {"stale_while": "60s"}, "nulls": {"ttl": "5s"}})");
  run([&] {
    origin_.absent = true;
    read(*stale);
    EXPECT_EQ(read(*stale).outcome, Outcome::null_hit);
    loop_->sleep_until(loop_->now() + seconds(6));
    EXPECT_EQ(read(*stale).outcome, Outcome::miss) << "a row may be there by now";
  });
}

TEST_F(Refreshing, AReloadIsVoidedByAWriteWhereFlightsAre) {
  const auto stale =
      strategy(R"({"type": "cache-aside", "ttl": "10s", "guard": "single-flight", "refresh": {"stale_while": "60s"}})");
  run([&] {
    read(*stale);
    loop_->sleep_until(loop_->now() + seconds(11));
    EXPECT_EQ(read(*stale).outcome, Outcome::stale_hit);
    loop_->yield();
    EXPECT_EQ(origin_.loads, 2) << "the reload is under way";
    origin_.latency = milliseconds(1);
    EXPECT_TRUE(write(*stale, 7, "new"));
    loop_->sleep_until(loop_->now() + milliseconds(10));
    EXPECT_TRUE(cache_.stored.empty()) << "what was loaded before the write is not kept";
    EXPECT_EQ(read(*stale).write_id, 7u);
  });
}

}  // namespace
}  // namespace hitbench
