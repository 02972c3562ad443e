// At which sizes a curve is simulated, and what its shape says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hitbench {

// Evenly spaced by factor from 1 % of the footprint to all of it, in ascending order: at most `points`.
std::vector<uint64_t> first_grid(uint64_t footprint, size_t points);

// Sizes between those of `sizes` (ascending) where a curve bends: the middle by factor of each gap over which some
// curve changes by more than 2 points, at most `room`, the widest changes first. `curves`: hit ratios, one for each
// size.
std::vector<uint64_t> refinements(const std::vector<uint64_t>& sizes, const std::vector<std::vector<double>>& curves,
                                  size_t room);

struct CurveShape {
  uint64_t size = 0;
  double hit_ratio = 0;
};

// The knee as Kneedle has it (Satopaa et al., "Finding a 'kneedle' in a haystack", 2011), on linear axes: the point
// farthest above the chord from an empty cache to the last point. Up to there a byte buys more than the average one.
// `points` ascend in size. None where no point is above the chord.
std::optional<CurveShape> knee_of(const std::vector<CurveShape>& points);

}  // namespace hitbench
