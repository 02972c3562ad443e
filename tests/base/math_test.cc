#include "base/math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/rng.h"

namespace hitbench {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// libm in long double is the judge: its error is far below what is asked here.
double relative_error(double got, long double wanted) {
  if (wanted == 0) return got == 0 ? 0 : kInfinity;
  return static_cast<double>(std::abs((static_cast<long double>(got) - wanted) / wanted));
}

// A positive double of any size, from 10^-300 to 10^300.
double any_size(Rng& rng) { return std::pow(10.0, 600 * rng.uniform() - 300); }

TEST(PortableMath, LogIsWithinTheErrorItPromises) {
  Rng rng(1);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double wide = any_size(rng), near_one = 0.5 + 1.5 * rng.uniform();
    worst = std::max(worst, relative_error(portable::log(wide), std::log(static_cast<long double>(wide))));
    worst = std::max(worst, relative_error(portable::log(near_one), std::log(static_cast<long double>(near_one))));
  }
  EXPECT_LT(worst, 1e-15);
}

TEST(PortableMath, ExpIsWithinTheErrorItPromises) {
  Rng rng(2);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = 1400 * rng.uniform() - 700;
    worst = std::max(worst, relative_error(portable::exp(x), std::exp(static_cast<long double>(x))));
  }
  EXPECT_LT(worst, 1e-15);
}

TEST(PortableMath, Log1pAndExpm1KeepTheirDigitsNearZero) {
  Rng rng(3);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double sign = rng.below(2) == 0 ? 1 : -1;
    const double x = sign * std::pow(10.0, -20 * rng.uniform());
    const double wanted_domain = std::max(x, -0.999);
    worst = std::max(
        worst, relative_error(portable::log1p(wanted_domain), std::log1p(static_cast<long double>(wanted_domain))));
    worst = std::max(worst, relative_error(portable::expm1(x), std::expm1(static_cast<long double>(x))));
  }
  EXPECT_LT(worst, 2e-15);
}

TEST(PortableMath, PowIsWithinTheErrorItPromises) {
  Rng rng(4);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = std::pow(10.0, 10 * rng.uniform()), y = 6 * rng.uniform() - 3;
    worst = std::max(worst, relative_error(portable::pow(x, y), std::pow(static_cast<long double>(x), y)) /
                                (1 + std::abs(y * std::log(x))));
  }
  EXPECT_LT(worst, 1e-15);
}

TEST(PortableMath, HasTheUsualValuesAtTheEdges) {
  EXPECT_EQ(portable::log(1), 0);
  EXPECT_EQ(portable::log(0), -kInfinity);
  EXPECT_TRUE(std::isnan(portable::log(-1)));
  EXPECT_EQ(portable::log(kInfinity), kInfinity);
  EXPECT_NEAR(portable::log(5e-324), -744.4400719213812, 1e-12);
  EXPECT_EQ(portable::exp(0), 1);
  EXPECT_EQ(portable::exp(1000), kInfinity);
  EXPECT_EQ(portable::exp(-1000), 0);
  EXPECT_EQ(portable::exp(-744.44), 5e-324);
  EXPECT_LT(relative_error(portable::exp(709.7), 1.6549840276802644e308L), 1e-14);
  EXPECT_EQ(portable::pow(1, 1e300), 1);
  EXPECT_EQ(portable::pow(7, 0), 1);
  EXPECT_EQ(portable::log1p(0), 0);
  EXPECT_EQ(portable::expm1(0), 0);
}

struct Golden {
  double x;
  uint64_t log, exp, pow, log1p, expm1;  // bits; pow is x^-0.99
};

// Printed once by g++ 12 on x86-64 and compared there with clang 14 at -O0 and at -O3 -march=native. A change here
// changes the operation stream of every scenario.
constexpr Golden kGolden[] = {
    {0.1, 0xc0026bb1bbb55515, 0x3ff1aec7b35a00d4, 0x40238b745ec8c85b, 0x3fb8663f793c46c7, 0x3fbaec7b35a00d3a},
    {0.7, 0xbfd6d3c324e13f50, 0x40001c2a61268987, 0x3ff6c6985ce91f06, 0x3fe0fae81914a991, 0x3ff03854c24d130e},
    {1.5, 0x3fd9f323ecbf984c, 0x4011ed3fe64fc541, 0x3fe56b85a78cebc0, 0x3fed5240f0e0e078, 0x400bda7fcc9f8a82},
    {3.7, 0x3ff4eeee650ae550, 0x4044394144eeec81, 0x3fd1866c5340a068, 0x3ff8c2d0e7b73742, 0x4043b94144eeec81},
    {1e-9, 0xc034b927f32bffb8, 0x3ff000000044b830, 0x41c839679a150135, 0x3e112e0be801f1d9, 0x3e112e0be84bbb51},
    {345.678, 0x401761ccc5a59570, 0x5f1a22ad25ccb60e, 0x3f691ffba3d14ccb, 0x401764c2064e6937, 0x5f1a22ad25ccb60e},
};

TEST(PortableMath, GivesTheSameBitsOnEveryMachine) {
  for (const Golden& golden : kGolden) {
    volatile double x = golden.x;
    EXPECT_EQ(std::bit_cast<uint64_t>(portable::log(x)), golden.log) << golden.x;
    EXPECT_EQ(std::bit_cast<uint64_t>(portable::exp(x)), golden.exp) << golden.x;
    EXPECT_EQ(std::bit_cast<uint64_t>(portable::pow(x, -0.99)), golden.pow) << golden.x;
    EXPECT_EQ(std::bit_cast<uint64_t>(portable::log1p(x)), golden.log1p) << golden.x;
    EXPECT_EQ(std::bit_cast<uint64_t>(portable::expm1(x)), golden.expm1) << golden.x;
  }
}

TEST(PortableMath, IsTheSameAtCompileTimeAndAtRunTime) {
  constexpr double kCompiled = portable::pow(3.7, -0.99);
  volatile double x = 3.7;
  EXPECT_EQ(std::bit_cast<uint64_t>(kCompiled), std::bit_cast<uint64_t>(portable::pow(x, -0.99)));
}

}  // namespace
}  // namespace hitbench
