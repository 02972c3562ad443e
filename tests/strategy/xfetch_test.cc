#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

using XFetch = StrategyTest;

constexpr const char* kXFetch = R"({"type": "cache-aside", "ttl": "60s", "guard": {"type": "xfetch", "beta": 2}})";

// P(-ln U > x) = e^-x: a copy whose end is as far as beta times its load's time is loaded anew by 36.8 % of those who
// read it. Of 20,000 draws the share's standard deviation is 0.34 %; beta = 1 would give 13.5 %.
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
