// Zipf's law over ranks 1 .. count: P(k) = k^-theta / zeta(count, theta), for every theta > 0, 1 included, and up to
// 10^15 ranks. Making one and drawing take the same time and memory for ten ranks as for 10^9.
#pragma once

#include <array>
#include <cstdint>

#include "base/rng.h"

namespace hitbench {

class Zipf {
 public:
  Zipf(uint64_t count, double theta);

  uint64_t draw(Rng& rng) const;  // 1 .. count
  double probability(uint64_t rank) const;

 private:
  static constexpr uint64_t kHead = 256;  // ranks whose bound is kept: they are drawn most

  double integral(double x) const;
  double inverse(double area) const;
  double bound(uint64_t rank) const;
  double zeta() const;

  double count_;
  double theta_;
  double q_;  // 1 - theta; exact near 1, where it matters
  double area_low_;
  double area_high_;
  double sure_;
  double zeta_;
  std::array<double, kHead> head_{};
};

}  // namespace hitbench
