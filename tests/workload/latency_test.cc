#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "tests/workload/some_parts.h"
#include "workload/random.h"

namespace hitbench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::HasSubstr;

std::vector<double> sorted_draws(const DurationDistribution& times, int draws = 400'000) {
  Rng rng(6);
  std::vector<double> all;
  for (int i = 0; i < draws; ++i) all.push_back(static_cast<double>(times.next(rng).count()));
  std::sort(all.begin(), all.end());
  return all;
}

TEST(FixedLatency, IsAlwaysTheSame) {
  const auto times = make_fixed_latency(params({{"value", Duration(milliseconds(5))}}));
  Rng rng(1);
  EXPECT_EQ(times->next(rng), milliseconds(5));
  EXPECT_EQ(times->mean(), milliseconds(5));
}

TEST(ExponentialLatency, HasItsMeanAndItsTail) {
  const auto times = make_exponential_latency(params({{"mean", Duration(milliseconds(5))}}));
  const std::vector<double> draws = sorted_draws(*times);
  EXPECT_NEAR(mean(draws), 5e6, 0.03e6);
  EXPECT_NEAR(draws[draws.size() / 2], 5e6 * std::log(2), 0.04e6);
  EXPECT_NEAR(draws[draws.size() * 99 / 100], 5e6 * std::log(100), 0.3e6);
  EXPECT_EQ(times->mean(), milliseconds(5));
}

TEST(LognormalLatency, HasItsMedianAndItsMean) {
  const auto times = make_lognormal_latency(params({{"median", Duration(milliseconds(5))}, {"sigma", 0.5}}));
  const std::vector<double> draws = sorted_draws(*times);
  EXPECT_NEAR(draws[draws.size() / 2], 5e6, 0.03e6);
  EXPECT_NEAR(mean(draws), 5e6 * std::exp(0.125), 0.03e6);
  EXPECT_NEAR(draws[draws.size() * 99 / 100], 5e6 * std::exp(0.5 * 2.3263478740), 0.3e6);
  EXPECT_NEAR(static_cast<double>(times->mean().count()), 5e6 * std::exp(0.125), 1);
}

TEST(NormalDraws, HaveTheMomentsOfTheNormalDistribution) {
  constexpr int kDraws = 1'000'000;
  Rng rng(8);
  double sum = 0, squares = 0, fourths = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double z = draw_normal(rng);
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.005);
  EXPECT_NEAR(squares / kDraws, 1, 0.007);
  EXPECT_NEAR(fourths / kDraws, 3, 0.05);
}

TEST(EmpiricalLatency, DrawsTheMeasuredTimes) {
  const auto times = make_empirical_latency(params({{"file", write_file("1ms\n3000000\n1ms\r\n250us\n")}}));
  int seen[3] = {};
  Rng rng(9);
  constexpr int kDraws = 40'000;
  for (int i = 0; i < kDraws; ++i) {
    const Duration drawn = times->next(rng);
    const int which = drawn == milliseconds(1) ? 0 : drawn == milliseconds(3) ? 1 : 2;
    if (which == 2) {
      ASSERT_EQ(drawn, microseconds(250));
    }
    ++seen[which];
  }
  EXPECT_NEAR(seen[0], kDraws / 2, 500);
  EXPECT_NEAR(seen[1], kDraws / 4, 450);
  EXPECT_EQ(times->mean(), Duration(1'312'500));
}

TEST(EmpiricalLatency, NamesFileAndLineOfWhatIsNoDuration) {
  const auto made_of = [](const std::string& content) {
    return refusal([&] { make_empirical_latency(params({{"file", write_file(content)}})); });
  };
  EXPECT_THAT(made_of("5ms\nfast\n"), HasSubstr(".txt:2: 'fast' is not a duration"));
  EXPECT_THAT(made_of("-5\n"), HasSubstr(".txt:1: '-5' is not a duration"));
  EXPECT_THAT(made_of("1ms\n\n"), HasSubstr(".txt:2: '' is not a duration"));
  EXPECT_THAT(made_of(""), HasSubstr("empty"));
}

}  // namespace
}  // namespace hitbench
