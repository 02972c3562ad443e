#include "report/html/axis.h"

#include <algorithm>
#include <cmath>

namespace hitbench::html {
namespace {

constexpr size_t kTicks = 5;  // about so many

// 1, 2 or 5 times a power of ten.
double round_step(double rough) {
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * 0.999) return factor * power;
  }
  return 10 * power;
}

std::vector<double> even_values(double low, double high) {
  const double step = round_step((high - low) / static_cast<double>(kTicks));
  std::vector<double> values;
  for (double at = std::ceil(low / step - 1e-9); at * step <= high * (1 + 1e-12) && values.size() < 20; ++at) {
    values.push_back(at * step + 0.0);  // never -0
  }
  return values;
}

std::vector<double> log_values(double low, double high) {
  std::vector<double> fine, decades;
  const double first = std::floor(std::log10(low)), last = std::ceil(std::log10(high));
  for (double exponent = first; exponent <= last; ++exponent) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * std::pow(10, exponent);
      if (value < low * 0.999 || value > high * 1.001) continue;
      fine.push_back(value);
      if (factor == 1) decades.push_back(value);
    }
  }
  if (fine.size() < 3) return even_values(low, high);
  return fine.size() <= kTicks + 2 ? fine : decades;
}

std::vector<Tick> ticks_of(const std::vector<double>& values, const Words& words) {
  std::vector<Tick> ticks;
  for (const double value : values) ticks.push_back({value, words(value)});
  return ticks;
}

}  // namespace

void Range::add(double value) {
  if (!std::isfinite(value)) return;
  low = empty ? value : std::min(low, value);
  high = empty ? value : std::max(high, value);
  empty = false;
}

double Axis::place(double value) const {
  if (is_log) return std::log(std::max(value, low) / low) / std::log(high / low);
  return (value - low) / (high - low);
}

Axis linear_axis(const std::string& label, Range range, const Words& words) {
  if (range.high - range.low <= 1e-9 * std::abs(range.high)) {  // one value: the axis goes to zero, or from it
    range.low = std::min(range.low, 0.0);
    range.high = std::max(range.high, range.low < 0 ? 0.0 : 1e-9);
  }
  Axis axis{.label = label, .low = range.low, .high = range.high};
  axis.ticks = ticks_of(even_values(axis.low, axis.high), words);
  return axis;
}

Axis log_axis(const std::string& label, Range range, const Words& words) {
  Axis axis{.label = label, .low = std::max(range.low, 1e-9), .high = std::max(range.high, 1e-9), .is_log = true};
  if (axis.high < axis.low * 1.2) {
    axis.low /= 1.5;
    axis.high *= 1.5;
  }
  axis.ticks = ticks_of(log_values(axis.low, axis.high), words);
  return axis;
}

Axis name_axis(const std::string& label, const std::vector<std::string>& names) {
  constexpr size_t kMost = 8;
  const size_t step = (names.size() + kMost - 1) / kMost;
  Axis axis{.label = label, .low = -0.3, .high = static_cast<double>(names.size()) - 0.7};
  for (size_t i = 0; i < names.size(); i += step) axis.ticks.push_back({static_cast<double>(i), names[i]});
  return axis;
}

double nines_of(double quantile) { return -std::log10(std::max(1 - quantile, 1e-6)); }

Axis percentile_axis() {
  return {.label = "percentile",
          .low = 0,
          .high = 4,
          .ticks = {{nines_of(0.5), "p50"}, {1, "p90"}, {2, "p99"}, {3, "p99.9"}, {4, "p99.99"}}};
}

}  // namespace hitbench::html
