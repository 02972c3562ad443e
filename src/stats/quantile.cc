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

// Fisher and Cornish's expansion: Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.5.
double student_quantile(double p, double degrees_of_freedom) {
  const double x = normal_quantile(p), x2 = x * x, v = degrees_of_freedom;
  const double g1 = x * (x2 + 1) / 4;
  const double g2 = x * ((5 * x2 + 16) * x2 + 3) / 96;
  const double g3 = x * (((3 * x2 + 19) * x2 + 17) * x2 - 15) / 384;
  const double g4 = x * ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) / 92160;
  return x + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v;
}

}  // namespace hitbench
