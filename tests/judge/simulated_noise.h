// Noise as machines have it, for whoever decides on pairs: logarithms of how much longer a slot took than it would on a
// quiet machine.
#pragma once

#include <cmath>
#include <numbers>

#include "base/rng.h"

namespace hitbench {

enum class NoiseKind { normal, heavy_tailed, drifting, spiky };

inline const char* name_of(NoiseKind kind) {
  constexpr const char* kNames[] = {"normal", "heavy-tailed", "drifting", "spiky"};
  return kNames[static_cast<int>(kind)];
}

class SimulatedNoise {
 public:
  // `size`: about the standard deviation of a slot.
  SimulatedNoise(NoiseKind kind, double size, uint64_t seed) : kind_(kind), size_(size), rng_(seed) {}

  double next() {
    switch (kind_) {
      case NoiseKind::normal:
        return size_ * normal();
      case NoiseKind::heavy_tailed:  // Student's t with 3 degrees of freedom, scaled to a standard deviation of 1
        return size_ * normal() / std::sqrt(square() + square() + square());
      case NoiseKind::drifting:  // an autoregression of 0.9: a neighbor that comes and goes
        return state_ = 0.9 * state_ + size_ * std::sqrt(1 - 0.81) * normal();
      case NoiseKind::spiky:  // every tenth slot is hit hard
        return size_ * normal() + (rng_.below(10) == 0 ? 5 * size_ * rng_.uniform() : 0);
    }
    return 0;
  }

 private:
  double normal() {  // Box and Muller, Ann. Math. Statist. 29 (1958)
    return std::sqrt(-2 * std::log(rng_.uniform_positive())) * std::cos(2 * std::numbers::pi * rng_.uniform());
  }
  double square() {
    const double z = normal();
    return z * z;
  }

  const NoiseKind kind_;
  const double size_;
  Rng rng_;
  double state_ = 0;
};

inline constexpr NoiseKind kAllNoises[] = {NoiseKind::normal, NoiseKind::heavy_tailed, NoiseKind::drifting,
                                           NoiseKind::spiky};

}  // namespace hitbench
