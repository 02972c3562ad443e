// Draws that several distributions share, equal on every machine.
#pragma once

#include "base/rng.h"
#include "base/time.h"

namespace hitbench {

double draw_exponential(Rng& rng);  // mean 1
double draw_normal(Rng& rng);       // mean 0, variance 1

// The parameters of a lognormal variable as people know them: half of the draws are below `median`.
struct Lognormal {
  double median = 1;
  double sigma = 0;  // standard deviation of the logarithm

  double draw(Rng& rng) const;
  double mean() const;
};

// Nanoseconds to the nearest whole one, at least 0 and at most 146 years.
Duration to_duration(double ns);

}  // namespace hitbench
