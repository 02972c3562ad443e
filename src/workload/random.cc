#include "workload/random.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace hitbench {

double draw_exponential(Rng& rng) { return -portable::log(rng.uniform_positive()); }

// Marsaglia's polar method (Marsaglia and Bray 1964): it needs no sine or cosine. The second normal number that it
// yields is dropped, since distributions keep no state.
double draw_normal(Rng& rng) {
  for (;;) {
    const double x = 2 * rng.uniform() - 1;
    const double y = 2 * rng.uniform() - 1;
    const double square = x * x + y * y;
    if (square >= 1 || square == 0) continue;
    return x * std::sqrt(-2 * portable::log(square) / square);
  }
}

double Lognormal::draw(Rng& rng) const { return median * portable::exp(sigma * draw_normal(rng)); }

double Lognormal::mean() const { return median * portable::exp(sigma * sigma / 2); }

Duration to_duration(double ns) {
  constexpr double kLongest = 0x1p62;
  return Duration(static_cast<int64_t>(std::clamp(ns, 0.0, kLongest) + 0.5));
}

}  // namespace hitbench
