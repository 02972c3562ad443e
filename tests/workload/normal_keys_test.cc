#include <gmock/gmock.h>

#include <cmath>

#include "tests/workload/chi_square.h"
#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

std::unique_ptr<KeyDistribution> bell(uint64_t count, double mean, double stddev) {
  return make_normal_keys(params({{"mean", mean}, {"stddev", stddev}}), count, {});
}

std::unique_ptr<KeyDistribution> usual_bell(uint64_t count) {
  return make_normal_keys(params({{"mean", std::monostate{}}, {"stddev", std::monostate{}}}), count, {});
}

// Tables of the normal distribution: P(0 < Z < 1.2) = 0.3849303, P(-3.6 < Z < 3.6) = 0.9996818.
TEST(NormalKeys, HaveMemtiersMiddleAndWidthUnlessTold) {
  const auto six = usual_bell(6);  // around 3 with 5 / 6
  EXPECT_NEAR(six->probability(3), 0.3849303 / 0.9996818, 1e-7);
  EXPECT_NEAR(six->probability(2), 0.3849303 / 0.9996818, 1e-7);
  EXPECT_EQ(six->probability(6), 0);
  EXPECT_DOUBLE_EQ(usual_bell(1)->probability(0), 1);
  Rng rng(1);
  EXPECT_EQ(usual_bell(1)->next(rng, 0, 1), 0U);
}

TEST(NormalKeys, AreDrawnAsOftenAsTheirProbabilitySays) {
  EXPECT_LT(chi_square(*usual_bell(100), *usual_bell(100), 100, 0), kCritical);
  EXPECT_LT(chi_square(*bell(1000, 500, 40), *bell(1000, 500, 40), 1000, 450), kCritical);
  EXPECT_LT(chi_square(*bell(100, 10, 100), *bell(100, 10, 100), 100, 0), kCritical) << "cut on both sides";
  EXPECT_LT(chi_square(*bell(100, 0, 70), *bell(100, 0, 70), 100, 0), kCritical) << "half a bell";
}

TEST(NormalKeys, AreTestedSharplyEnoughToFindAWidthOrAMiddleThatIsOff) {
  constexpr double kFarOff = 10 * kCritical;
  EXPECT_GT(chi_square(*bell(1000, 500, 48), *bell(1000, 500, 40), 1000, 450), kFarOff);
  EXPECT_GT(chi_square(*bell(1000, 503, 40), *bell(1000, 500, 40), 1000, 450), kFarOff);
}

// A width that vanishes next to the number of keys leaves no room below the middle: nothing would ever be drawn.
TEST(NormalKeys, AroundTheLastOfAllAreDrawnHoweverNarrow) {
  Rng rng(1);
  EXPECT_EQ(bell(1'000'000, 1e6, 1e-12)->next(rng, 0, 0), 999'999U);
}

TEST(NormalKeys, RefuseAMiddleBeyondTheKeysAndAWidthAboveTheirs) {
  EXPECT_THAT(refusal([] { bell(100, 101, 5); }), HasSubstr("workload.keys.mean: above the number of keys, 100"));
  EXPECT_THAT(refusal([] { bell(100, 50, 101); }), HasSubstr("workload.keys.stddev: above"));
}

}  // namespace
}  // namespace hitbench
