// Pearson's chi-square test of a key distribution against the probabilities that it should have.
#pragma once

#include <array>
#include <cmath>

#include "workload/workload.h"

namespace hitbench {

inline constexpr size_t kCells = 100;

// One draw in a thousand of the right distribution exceeds this: 99 degrees of freedom, significance 0.001
// (NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.4).
inline constexpr double kCritical = 148.230;

// Of a million draws in 100 cells: the keys from `first` on one by one, all others together.
inline double chi_square(const KeyDistribution& drawn, const KeyDistribution& wanted, uint64_t count, uint64_t first) {
  constexpr uint64_t kDraws = 1'000'000;
  Rng rng(7);
  std::array<double, kCells> seen{};
  for (uint64_t i = 0; i < kDraws; ++i) {
    const uint64_t cell = drawn.next(rng, i, count) - first;
    seen[cell < kCells - 1 ? cell : kCells - 1] += 1;
  }
  double sum = 0, left = 1;
  for (size_t cell = 0; cell < kCells; ++cell) {
    const double share = cell + 1 < kCells ? wanted.probability(first + cell) : left;
    left -= share;
    const double expected = share * static_cast<double>(kDraws);
    sum += (seen[cell] - expected) * (seen[cell] - expected) / expected;
  }
  return sum;
}

}  // namespace hitbench
