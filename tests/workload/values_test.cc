#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

std::vector<double> sorted_draws(const ValueSizes& sizes, int draws = 400'000) {
  Rng rng(5);
  std::vector<double> all;
  for (int i = 0; i < draws; ++i) all.push_back(sizes.size(rng));
  std::sort(all.begin(), all.end());
  return all;
}

double quantile(const std::vector<double>& sorted, double q) {
  return sorted[static_cast<size_t>(q * static_cast<double>(sorted.size()))];
}

TEST(FixedValues, AreAllAlike) {
  const auto sizes = make_fixed_values(params({{"bytes", int64_t{140}}}));
  Rng rng(1);
  EXPECT_EQ(sizes->size(rng), 140U);
  EXPECT_EQ(sizes->mean(), 140);
}

TEST(UniformValues, LieBetweenTheirEnds) {
  const auto sizes = make_uniform_values(params({{"min", int64_t{100}}, {"max", int64_t{300}}}));
  const std::vector<double> draws = sorted_draws(*sizes);
  EXPECT_EQ(draws.front(), 100);
  EXPECT_EQ(draws.back(), 300);
  EXPECT_NEAR(mean(draws), 200, 0.5);
  EXPECT_EQ(sizes->mean(), 200);
}

TEST(UniformValues, RefuseEndsInTheWrongOrder) {
  EXPECT_THAT(refusal([] {
                make_uniform_values(params({{"min", int64_t{5}}, {"max", int64_t{4}}}));
              }),
              testing::HasSubstr("min 5 is above max 4"));
}

TEST(LognormalValues, HaveTheirMedianMeanAndQuantiles) {
  const auto sizes = make_lognormal_values(params({{"median", int64_t{230}}, {"sigma", 1.2}}));
  const std::vector<double> draws = sorted_draws(*sizes);
  EXPECT_NEAR(quantile(draws, 0.5), 230, 3);
  EXPECT_NEAR(quantile(draws, 0.9) / (230 * std::exp(1.2 * 1.2815515655)), 1, 0.02);  // normal quantile of 0.9
  EXPECT_NEAR(quantile(draws, 0.1) / (230 * std::exp(-1.2 * 1.2815515655)), 1, 0.03);
  EXPECT_NEAR(mean(draws) / (230 * std::exp(0.72)), 1, 0.02);
  EXPECT_NEAR(sizes->mean(), 230 * std::exp(0.72), 1e-9);
}

TEST(EtcValues, MatchThePublishedShares) {
  const auto sizes = make_etc_values({});
  const std::vector<double> draws = sorted_draws(*sizes);
  const auto share = [&](auto condition) {
    return static_cast<double>(std::count_if(draws.begin(), draws.end(), condition)) /
           static_cast<double>(draws.size());
  };
  EXPECT_NEAR(share([](double size) { return size == 2; }), 0.178, 0.003);
  EXPECT_NEAR(share([](double size) { return size == 3; }), 0.092, 0.003);
  EXPECT_NEAR(share([](double size) { return size == 11; }), 0.090, 0.003);
  EXPECT_NEAR(share([](double size) { return size < 15; }), 0.442, 0.003);
  EXPECT_NEAR(share([](double size) { return size < 500; }), 0.9, 0.03);  // "90 % of values below 500 bytes"
  // Above 14 bytes: the median of the generalized Pareto distribution, 15 + 214.476 (2^0.348238 - 1) / 0.348238.
  const double median = 15 + 214.476 * (std::pow(2, 0.348238) - 1) / 0.348238;
  const double at = 0.44155 + 0.55845 / 2;
  EXPECT_NEAR(quantile(draws, at) / median, 1, 0.02);
  EXPECT_NEAR(mean(draws) / sizes->mean(), 1, 0.02);
}

using Sizes = std::vector<WeightedSize>;

// Pearson's statistic of the sizes that the keys of a data set have, against shares that they should have.
double chi_square_of_keys(const Sizes& sizes, const std::vector<double>& shares) {
  constexpr uint64_t kKeys = 200'000;
  WorkloadSpec spec = uniform_spec(kKeys);
  spec.values = part("list", params({{"sizes", sizes}}));
  const auto rows = make_rows(spec, 3, 0, workload_registry());
  std::map<size_t, double> seen;
  std::string payload;
  for (uint64_t key = 0; key < kKeys; ++key) {
    rows->payload(key, 0, payload);
    ++seen[payload.size()];
  }
  double sum = 0, others = kKeys;
  for (size_t i = 0; i < sizes.size(); ++i) {
    const double expected = shares[i] * kKeys, count = seen[static_cast<size_t>(sizes[i].bytes)];
    sum += (count - expected) * (count - expected) / expected;
    others -= count;
  }
  EXPECT_EQ(others, 0) << "there is no other size";
  return sum;
}

TEST(ListValues, GiveEachSizeItsShareOfTheKeys) {
  constexpr double kTwoDegrees = 13.816;  // significance 0.001
  EXPECT_LT(chi_square_of_keys({{100, 70}, {2000, 20}, {17, 10}}, {0.7, 0.2, 0.1}), kTwoDegrees);
  EXPECT_LT(chi_square_of_keys({{1, 0.5}, {3, 1.5}, {0, 3}}, {0.1, 0.3, 0.6}), kTwoDegrees);
}

TEST(ListValues, AreTestedSharplyEnoughToFindAWeightThatIsAFifthOff) {
  constexpr double kFarOff = 100;
  EXPECT_GT(chi_square_of_keys({{100, 70}, {2000, 20}, {17, 12}}, {0.7, 0.2, 0.1}), kFarOff);
  EXPECT_GT(chi_square_of_keys({{100, 70}, {2000, 16}, {17, 10}}, {0.7, 0.2, 0.1}), kFarOff);
}

TEST(ListValues, HaveTheWeightedMean) {
  const auto sizes = make_list_values(params({{"sizes", Sizes{{100, 90}, {2000, 10}}}}));
  EXPECT_DOUBLE_EQ(sizes->mean(), 290);
  EXPECT_DOUBLE_EQ(make_list_values(params({{"sizes", Sizes{{64, 0.1}}}}))->mean(), 64);
}

}  // namespace
}  // namespace hitbench
