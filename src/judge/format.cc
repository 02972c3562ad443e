#include "judge/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "metrics/histogram.h"

namespace hitbench {
namespace {

bool ends_with_any(const std::string& text, const std::vector<std::string>& ends) {
  return std::any_of(ends.begin(), ends.end(), [&](const std::string& end) { return text.ends_with(end); });
}

std::string trimmed_number(double value, int decimals) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

int percent_decimals(double percent) { return percent >= 10 ? 0 : percent >= 1 ? 1 : 2; }

std::string percent_number(double share) {
  const double percent = 100 * std::abs(share);
  if (percent > 99.5 && percent < 100) return trimmed_number(std::floor(10 * percent) / 10, 1);  // never "100 % lower"
  return trimmed_number(percent, percent_decimals(percent));
}

std::string signed_number(double share) {
  const double percent = 100 * share;
  if (percent < -99.5 && percent > -100)
    return fmt::format("{:.1f}", std::ceil(10 * percent) / 10);  // something is left
  const std::string digits = fmt::format("{:.{}f}", percent, std::abs(percent) >= 9.95 ? 0 : 1);
  if (digits == "0.0" || digits == "-0.0") return "0";
  return (percent > 0 ? "+" : "") + digits;
}

std::string signed_points(double difference) {
  const double points = 100 * difference;
  if (points == 0) return "0";
  return std::abs(points) < 0.1 ? fmt::format("{:+.2g}", points) : fmt::format("{:+.1f}", points);
}

// Of the times, those that are read off a histogram; others (of loading, of an outage) are exact.
bool is_of_histogram(const std::string& path) {
  constexpr std::array<std::string_view, 4> kKinds = {".response.", ".service.", ".gen_late.", ".failed."};
  constexpr std::array<std::string_view, 3> kOwners = {"observer.", "loaded.", "costs."};
  const std::string name = full_metric_name(path);
  return name == "consistency.p99_staleness" ||
         std::any_of(kKinds.begin(), kKinds.end(), [&](auto kind) { return name.find(kind) != std::string::npos; }) ||
         std::any_of(kOwners.begin(), kOwners.end(), [&](auto owner) { return name.starts_with(owner); });
}

std::string size_words(const Difference& difference) {
  const double ratio = difference.ratio;
  if (ratio == 1) return "equal";
  if (ratio >= 2) return format_times(ratio) + " times as high";
  return fmt::format("{} % {}", percent_number(ratio - 1), ratio < 1 ? "lower" : "higher");
}

std::string interval_words(const Difference& difference) {
  const Interval& interval = *difference.interval;
  if (difference.ratio >= 2) {
    const int decimals = interval.high < 10 ? 1 : 0;
    return fmt::format("{} to {}", trimmed_number(interval.low, decimals), trimmed_number(interval.high, decimals));
  }
  const bool lower = difference.ratio < 1;
  const double near = lower ? 1 - interval.high : interval.low - 1;
  const double far = lower ? 1 - interval.low : interval.high - 1;
  return fmt::format("{} to {} %", percent_number(near), percent_number(far));
}

}  // namespace

bool is_metric(const std::string& path) {
  try {
    static_cast<void>(metric(RunResult{}, path));
    return true;
  } catch (const Error&) {
    return false;
  }
}

Unit unit_of(const std::string& metric_path) {
  static_cast<void>(metric(RunResult{}, metric_path));  // throws where there is none
  if (metric_is_time(metric_path)) return Unit::time;
  if (metric_path == "pace") return Unit::share;
  if (ends_with_any(metric_path,
                    {"_ratio", "_share", ".busy", ".steal", ".psi_cpu", ".never_read", ".server_kept_waiting"}))
    return Unit::share;
  if (ends_with_any(metric_path, {"memory_bytes", "memory_bytes_per_entry", "rss_bytes"})) return Unit::bytes;
  return Unit::number;
}

std::string format_time(double ns) { return format_duration(Duration(static_cast<int64_t>(std::llround(ns)))); }

// What is longer than a histogram can tell stands in its last bucket.
std::string format_latency(double ns) {
  return ns >= static_cast<double>(Histogram::kHighestNs) ? ">60 min" : format_time(ns);
}

std::string format_metric(double value, const std::string& path) {
  const Unit unit = unit_of(path);
  return unit == Unit::time && is_of_histogram(path) ? format_latency(value) : format_value(value, unit);
}

std::string format_range(const std::vector<double>& values, std::string (*words)(double)) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const std::string from = words(*low), to = words(*high);
  return from == to ? from : from + " to " + to;
}

std::string without_zeros(std::string text) {
  const size_t point = text.find('.'), end = std::min(text.find(' '), text.size());
  if (point == std::string::npos || point > end) return text;
  size_t last = text.find_last_not_of('0', end - 1);
  if (last == point) --last;
  return text.erase(last + 1, end - last - 1);
}

std::string percent_above(double share) {
  const double percent = 100 * share;
  const int decimals = percent_decimals(percent);
  const double scale = std::pow(10, decimals);
  // The small allowance keeps 4 % at 4 % although 0.04 * 100 is slightly more than 4.
  return trimmed_number(std::ceil(percent * scale - 1e-6) / scale, decimals) + " %";
}

std::string apart_words(const std::string& most) { return "at most " + most + " apart, if at all"; }

std::string format_times(double ratio) {
  return ratio >= 1000 ? format_count(ratio) : trimmed_number(ratio, ratio < 10 ? 1 : 0);
}

std::string format_percent(double share) { return percent_number(share) + " %"; }

std::string format_change(double change, const Maybe<Interval>& interval) {
  if (!interval) return signed_number(change) + " %";
  return fmt::format("{} [{}, {}] %", signed_number(change), signed_number(interval->low),
                     signed_number(interval->high));
}

std::string format_points(double change, const Maybe<Interval>& interval) {
  if (!interval) return signed_points(change) + " points";
  return fmt::format("{} [{}, {}] points", signed_points(change), signed_points(interval->low),
                     signed_points(interval->high));
}

std::string points_size(double change) { return signed_points(change).substr(change == 0 ? 0 : 1); }

std::string format_value(double value, Unit unit) {
  switch (unit) {
    case Unit::time:
      return format_time(value);
    case Unit::share:
      return format_share(value);
    case Unit::bytes:
      return format_size(value);
    case Unit::number:
      break;
  }
  const bool whole = std::abs(value) >= 1000 || value == std::round(value);
  return whole ? format_count(value) : fmt::format("{:.3g}", value);
}

std::string points_words(const PointsDifference& difference, bool virtual_time) {
  const double change = difference.change;
  const std::string words =
      change == 0 ? "equal" : points_size(change) + " points " + (change < 0 ? "lower" : "higher");
  if (!difference.interval) {
    if (virtual_time) return words;
    return words +
           (difference.rounds == 0 ? " (not measured by round: no interval)" : " (too few rounds: no interval)");
  }
  const double low = std::abs(difference.interval->low), high = std::abs(difference.interval->high);
  if (!difference.interval->contains(0)) {
    return fmt::format("{} (95 % interval {} to {})", words, points_size(std::min(low, high)),
                       points_size(std::max(low, high)));
  }
  return low + high == 0 ? "equal" : apart_words(points_size(std::max(low, high)) + " points");
}

std::string difference_words(const Difference& difference, bool virtual_time) {
  if (difference.sure()) {
    return fmt::format("{} (95 % interval {})", size_words(difference), interval_words(difference));
  }
  if (difference.interval && difference.largest() > 1) return "not comparable, the rounds scatter too widely";
  if (difference.interval) {
    return difference.largest() == 0 ? "equal" : apart_words(percent_above(difference.largest()));
  }
  if (virtual_time) return size_words(difference);
  if (difference.rounds == 0) return size_words(difference) + " (not measured by round: no interval)";
  return fmt::format("{} ({}: no interval)", size_words(difference), counted(difference.rounds, "round"));
}

}  // namespace hitbench
