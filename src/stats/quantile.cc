#include "stats/quantile.h"

#include <cmath>
#include <numbers>

#include "base/check.h"

namespace hitbench {

double normal_above(double z) { return std::erfc(z / std::numbers::sqrt2) / 2; }

// By halving: slow and exact to the last digits, and asked for a few times a run.
double normal_quantile(double p) {
  CHECK(p > 0 && p < 1);
  double low = -40, high = 40;
  for (int i = 0; i < 70; ++i) {
    const double middle = (low + high) / 2;
    (normal_above(middle) > 1 - p ? low : high) = middle;
  }
  return (low + high) / 2;
}

namespace {

// How much of Student's distribution lies within t = sqrt(degrees) * tan(angle) of 0: Abramowitz and Stegun, "Handbook
// of Mathematical Functions", 26.7.3 and 26.7.4.
double student_within(double angle, int degrees_of_freedom) {
  const bool is_odd = degrees_of_freedom % 2 == 1;
  const double cosine = std::cos(angle);
  double term = is_odd ? cosine : 1, sum = 0;
  for (int power = is_odd ? 1 : 0; power <= degrees_of_freedom - 2; power += 2) {
    sum += term;
    term *= cosine * cosine * (power + 1) / (power + 2);
  }
  return is_odd ? 2 / std::numbers::pi * (angle + std::sin(angle) * sum) : std::sin(angle) * sum;
}

}  // namespace

// By halving, as above.
double student_quantile(double p, int degrees_of_freedom) {
  CHECK(p > 0 && p < 1 && degrees_of_freedom >= 1);
  double low = 0, high = std::numbers::pi / 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (student_within(middle, degrees_of_freedom) > std::abs(2 * p - 1) ? high : low) = middle;
  }
  return (p < 0.5 ? -1 : 1) * std::sqrt(degrees_of_freedom) * std::tan((low + high) / 2);
}

}  // namespace hitbench
