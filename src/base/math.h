// Logarithm, exponential and power that give the same bits on every machine. glibc picks other code for these by CPU
// (with and without fused multiply-add), so anything that decides an operation of a run must use these: they are only
// + - * / and integer operations on IEEE doubles, compiled with -ffp-contract=off. Relative error below 1e-14 (log,
// exp, expm1, log1p) or (1 + |y log x|) * 1e-15 (pow). The square root needs none: IEEE 754
// fixes every bit of std::sqrt.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace hitbench::portable {

inline constexpr double kLn2High = 0x1.62e42fefap-1;  // ln 2 cut after 36 bits, so that k * kLn2High is exact
inline constexpr double kLn2Low = 0x1.cf79abc9e3b3ap-40;
inline constexpr double kInverseLn2 = 0x1.71547652b82fep+0;

namespace detail {

// atanh(s) * 2 / s - 2 as a series in z = s^2: 2/3 z + 2/5 z^2 + ... For |s| <= 3 - 2 sqrt 2 = 0.1716, z <= 0.0295,
// the first term left out is below 1e-18. Pairs are summed first, which is quicker than one long chain.
constexpr double atanh_tail(double z) {
  const double z2 = z * z;
  const double z4 = z2 * z2;
  const double low = (2.0 / 3 + 2.0 / 5 * z) + z2 * (2.0 / 7 + 2.0 / 9 * z);
  const double middle = (2.0 / 11 + 2.0 / 13 * z) + z2 * (2.0 / 15 + 2.0 / 17 * z);
  const double high = 2.0 / 19 + 2.0 / 21 * z;
  return z * (low + z4 * (middle + z4 * high));
}

// exp(r) - 1 - r for |r| <= 0.35: Taylor's series up to r^13 / 13!; the next term is below 1e-17.
constexpr double exp_tail(double r) {
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double low = (1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
  const double middle = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
  const double high = (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
  return r2 * (low + r4 * (middle + r4 * high));
}

// 2^exponent, for exponents of normal numbers.
constexpr double power_of_two(int64_t exponent) {
  return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

}  // namespace detail

// log(1 + x) for x >= -1; log(1 + x) = 2 atanh(x / (2 + x)).
constexpr double log1p(double x);

constexpr double log(double x) {
  if (!(x > 0)) return x == 0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  if (x > std::numeric_limits<double>::max()) return x;
  int64_t exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    exponent = -54;
  }
  // x = m * 2^exponent with m in [sqrt(1/2), sqrt 2): adding the bits of 1/sqrt(1/2) carries into the exponent there.
  constexpr uint64_t kOne = std::bit_cast<uint64_t>(1.0);
  constexpr uint64_t kRootHalf = std::bit_cast<uint64_t>(0.70710678118654752);
  const uint64_t shifted = std::bit_cast<uint64_t>(x) + (kOne - kRootHalf);
  exponent += static_cast<int64_t>(shifted >> 52) - 1023;
  const double m = std::bit_cast<double>((shifted & ((uint64_t{1} << 52) - 1)) + kRootHalf);
  const double f = m - 1;  // exact
  const double s = f / (m + 1);
  const double tail = detail::atanh_tail(s * s);
  // log m = 2 s + s * tail; 2 s = f - s f, which keeps the large part exact.
  const double k = static_cast<double>(exponent);
  return k * kLn2High + (f - (s * (f - tail) - k * kLn2Low));
}

constexpr double log1p(double x) {
  if (x > -0.29 && x < 0.41) {
    const double s = x / (2 + x);
    return x - s * (x - detail::atanh_tail(s * s));
  }
  return log(1 + x);
}

constexpr double exp(double x) {
  if (x != x) return x;
  if (x > 709.79) return std::numeric_limits<double>::infinity();
  if (x < -745.14) return 0;
  const int64_t k = static_cast<int64_t>(x * kInverseLn2 + (x < 0 ? -0.5 : 0.5));
  const double whole = static_cast<double>(k);
  const double r = (x - whole * kLn2High) - whole * kLn2Low;
  const double y = 1 + (r + detail::exp_tail(r));
  if (k > -1022 && k < 1023) return y * detail::power_of_two(k);
  // In two steps where the result is subnormal, or 2^k itself does not fit.
  const int64_t half = k / 2;
  return y * detail::power_of_two(half) * detail::power_of_two(k - half);
}

constexpr double expm1(double x) {
  if (x > -0.35 && x < 0.35) return x + detail::exp_tail(x);
  return exp(x) - 1;
}

// x^y for x >= 0.
constexpr double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  return exp(y * log(x));
}

}  // namespace hitbench::portable
