#include "curve/grid.h"

#include <algorithm>
#include <cmath>

namespace hitbench {
namespace {

constexpr double kSmallest = 0.01;  // of the footprint
constexpr double kBend = 0.02;      // two points: about what a chart of 200 pixels shows as a step

struct Gap {
  double change = 0;
  uint64_t middle = 0;
};

}  // namespace

std::vector<uint64_t> first_grid(uint64_t footprint, size_t points) {
  std::vector<uint64_t> sizes;
  for (size_t i = 0; i < points; ++i) {
    const double place = points == 1 ? 0 : 1 - static_cast<double>(i) / static_cast<double>(points - 1);
    const double size = static_cast<double>(footprint) * std::pow(kSmallest, place);
    sizes.push_back(
        std::clamp<uint64_t>(static_cast<uint64_t>(std::llround(size)), 1, std::max<uint64_t>(footprint, 1)));
  }
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

std::vector<uint64_t> refinements(const std::vector<uint64_t>& sizes, const std::vector<std::vector<double>>& curves,
                                  size_t room) {
  std::vector<Gap> gaps;
  for (size_t i = 0; i + 1 < sizes.size(); ++i) {
    Gap gap;
    for (const std::vector<double>& curve : curves)
      gap.change = std::max(gap.change, std::abs(curve[i + 1] - curve[i]));
    gap.middle = static_cast<uint64_t>(
        std::llround(std::sqrt(static_cast<double>(sizes[i]) * static_cast<double>(sizes[i + 1]))));
    if (gap.change > kBend && gap.middle > sizes[i] && gap.middle < sizes[i + 1]) gaps.push_back(gap);
  }
  std::stable_sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) { return a.change > b.change; });
  gaps.resize(std::min(gaps.size(), room));
  std::vector<uint64_t> middles;
  for (const Gap& gap : gaps) middles.push_back(gap.middle);
  std::sort(middles.begin(), middles.end());
  return middles;
}

std::optional<CurveShape> knee_of(const std::vector<CurveShape>& points) {
  if (points.empty() || points.back().size == 0 || points.back().hit_ratio <= 0) return std::nullopt;
  const CurveShape& last = points.back();
  std::optional<CurveShape> knee;
  double farthest = 0;
  for (const CurveShape& point : points) {
    const double above =
        point.hit_ratio / last.hit_ratio - static_cast<double>(point.size) / static_cast<double>(last.size);
    if (above <= farthest) continue;
    farthest = above;
    knee = point;
  }
  return knee;
}

}  // namespace hitbench
