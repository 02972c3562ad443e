#include <cmath>

#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

using XFetch = StrategyTest;

constexpr const char* kXFetch = R"({"type": "cache-aside", "ttl": "60s", "guard": {"type": "xfetch", "beta": 2}})";

// P(-ln U > x) = e^-x: a cached entry whose end is as far as beta times its load's time is reloaded by 36.8 % of those
// who read it. Of 20,000 draws the share's standard deviation is 0.34 %; beta = 1 would give 13.5 %.
TEST_F(XFetch, LoadsEarlyAsOftenAsTheFormulaSays) {
  const auto aside = strategy(kXFetch);
  run([&] {
    read(*aside);
    const std::string copy = cache_.stored["key-1"];
    const Time expiry = loop_->now() + seconds(60);
    origin_.latency = Duration{0};
    loop_->sleep_until(expiry - 2 * milliseconds(5));
    int early = 0;
    constexpr int kDraws = 20000;
    for (int i = 0; i < kDraws; ++i) {
      cache_.stored["key-1"] = copy;
      client_.started = expiry - 2 * milliseconds(5);
      client_.set_deadline(kNever);
      const Answer answer = aside->read(kKey, client_);
      if (answer.outcome == Outcome::fresh_hit) continue;
      EXPECT_EQ(answer.outcome, Outcome::miss);
      EXPECT_EQ(answer.cause, MissCause::early);
      ++early;
    }
    EXPECT_NEAR(static_cast<double>(early) / kDraws, 0.3679, 4 * 0.0034);
  });
}

// Poisson reads at rate lambda: the first to load early comes beta delta (ln(lambda beta delta) + 0.5772) before the
// end in the mean, 0.5772 being Euler's constant (the maximum of exponentials is Gumbel's; its standard deviation is
// 1.28 beta delta, so that of the mean over 1,500 cached entries is 0.033). A beta 20 % wrong would lead by 6.4 instead
// of 5.2.
TEST_F(XFetch, LeadsByTheLogarithmOfItsRate) {
  constexpr double kDelta = 0.005, kPerDelta = 100;  // lambda beta delta, with beta = 1
  constexpr int kCopies = 1500;
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "60s", "guard": "xfetch"})");
  double lead = 0;
  run([&] {
    read(*aside);
    const std::string copy = cache_.stored["key-1"];
    const Time expiry = loop_->now() + seconds(60);
    origin_.latency = Duration{0};
    loop_->sleep_until(expiry - seconds(1));
    Rng gaps(7);
    client_.set_deadline(kNever);
    for (int i = 0; i < kCopies; ++i) {
      cache_.stored["key-1"] = copy;
      double left = 20 * kDelta;  // before that one in 10^6 cached entries would be loaded
      // XFetch judges by the loop's clock; an earlier end of the cached entry stands for a later time.
      for (Answer answer; answer.cause != MissCause::early;) {
        left += std::log(gaps.uniform_positive()) * kDelta / kPerDelta;
        Value value;
        ASSERT_EQ(decode_value(kKey, copy, Envelope::checked, value), Decoded::ok);
        value.expiry = loop_->now() + Duration(static_cast<int64_t>(left * 1e9));
        client_.started = loop_->now();
        encode_value(kKey, value, Envelope::checked, cache_.stored["key-1"]);
        answer = aside->read(kKey, client_);
      }
      lead += left / kDelta / kCopies;
    }
  });
  EXPECT_NEAR(lead, std::log(kPerDelta) + 0.5772, 0.13);
}

TEST_F(XFetch, DrawsNothingWhereNoDrawWouldReach) {
  const auto aside = strategy(kXFetch);
  run([&] {
    read(*aside);
    Rng untouched = rng_;
    for (int i = 0; i < 100; ++i) EXPECT_EQ(read(*aside).outcome, Outcome::fresh_hit);
    EXPECT_EQ(Rng(untouched).next(), Rng(rng_).next());
    // 2 x 5 ms x 36.7: from 367 ms before the end on, a draw could.
    loop_->sleep_until(loop_->now() + seconds(60) - milliseconds(300));
    read(*aside);
    EXPECT_NE(Rng(untouched).next(), Rng(rng_).next());
  });
}

TEST_F(XFetch, KeepsTheCopyWhenTheOriginFails) {
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "60s", "guard": {"type": "xfetch", "beta": 1e9}})");
  run([&] {
    read(*aside);
    origin_.broken = true;
    const Answer answer = read(*aside);
    EXPECT_EQ(origin_.loads, 2);
    EXPECT_EQ(answer.outcome, Outcome::fresh_hit);
    EXPECT_EQ(answer.write_id, 1u);
  });
}

TEST_F(XFetch, LeavesACopyWithoutAnExpiryAlone) {
  const auto aside = strategy(R"({"type": "cache-aside", "ttl": "none", "guard": {"type": "xfetch", "beta": 1e9}})");
  run([&] {
    read(*aside);
    EXPECT_EQ(read(*aside).outcome, Outcome::fresh_hit);
    EXPECT_EQ(origin_.loads, 1);
  });
}

}  // namespace
}  // namespace hitbench
