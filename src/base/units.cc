#include "base/units.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "base/text.h"

namespace hitbench {
namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};

constexpr std::array<Unit, 9> kDurationUnits{{{"ns", 1},
                                              {"us", 1'000},
                                              {"µs", 1'000},  // U+00B5, micro sign
                                              {"μs", 1'000},  // U+03BC, Greek mu
                                              {"ms", 1'000'000},
                                              {"s", 1'000'000'000},
                                              {"m", 60'000'000'000},
                                              {"min", 60'000'000'000},
                                              {"h", 3'600'000'000'000}}};

constexpr std::array<Unit, 17> kSizeUnits{{{"", 1},
                                           {"B", 1},
                                           {"k", 1'000},
                                           {"K", 1'000},
                                           {"kB", 1'000},
                                           {"KB", 1'000},
                                           {"M", 1'000'000},
                                           {"MB", 1'000'000},
                                           {"G", 1'000'000'000},
                                           {"GB", 1'000'000'000},
                                           {"KiB", int64_t{1} << 10},
                                           {"kiB", int64_t{1} << 10},
                                           {"MiB", int64_t{1} << 20},
                                           {"GiB", int64_t{1} << 30},
                                           {"T", 1'000'000'000'000},
                                           {"TB", 1'000'000'000'000},
                                           {"TiB", int64_t{1} << 40}}};

constexpr std::array<Unit, 12> kCountUnits{{{"", 1},
                                            {"k", 1'000},
                                            {"K", 1'000},
                                            {"M", 1'000'000},
                                            {"G", 1'000'000'000},
                                            {"e3", 1'000},
                                            {"e4", 10'000},
                                            {"e5", 100'000},
                                            {"e6", 1'000'000},
                                            {"e7", 10'000'000},
                                            {"e8", 100'000'000},
                                            {"e9", 1'000'000'000}}};

// A decimal number as digits / 10^decimals, so that "1.5ms" never passes through a double.
struct Decimal {
  int64_t digits = 0;
  int decimals = 0;
};

// Takes the number off the front of `text`. At most 18 digits fit.
std::optional<Decimal> take_decimal(std::string_view& text) {
  Decimal number;
  int digits = 0;
  bool after_point = false;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !after_point && digits > 0) {
      after_point = true;
      continue;
    }
    if (!is_digit(text[at])) break;
    if (++digits > 18) return std::nullopt;
    number.digits = number.digits * 10 + (text[at] - '0');
    number.decimals += after_point ? 1 : 0;
  }
  if (digits == 0 || text[at - 1] == '.') return std::nullopt;
  text.remove_prefix(at);
  return number;
}

std::optional<int64_t> scaled(Decimal number, int64_t factor) {
  unsigned __int128 product = static_cast<unsigned __int128>(number.digits) * static_cast<unsigned __int128>(factor);
  for (; number.decimals > 0; --number.decimals) {
    if (product % 10 != 0) return std::nullopt;
    product /= 10;
  }
  if (product > static_cast<unsigned __int128>(std::numeric_limits<int64_t>::max())) return std::nullopt;
  return static_cast<int64_t>(product);
}

std::optional<int64_t> parse(std::string_view text, std::span<const Unit> units) {
  const std::optional<Decimal> number = take_decimal(text);
  if (!number) return std::nullopt;
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  for (const Unit& unit : units) {
    if (unit.name == text) return scaled(*number, unit.factor);
  }
  return std::nullopt;
}

// Decimals that leave three significant digits of a value that is at least 1.
int decimals_of(double value) {
  if (value < 9.995) return 2;
  return value < 99.95 ? 1 : 0;
}

std::string three_digits(double value) { return fmt::format("{:.{}f}", value, decimals_of(value)); }

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const std::optional<int64_t> ns = parse(text, kDurationUnits);
  if (!ns) return std::nullopt;
  return Duration(*ns);
}

std::string format_duration(Duration duration) {
  if (duration == kForever) return "forever";
  const double ns = static_cast<double>(duration.count());
  const double size = std::abs(ns);
  const char* sign = ns < 0 ? "-" : "";
  // A unit ends where three digits would round up to the next one.
  if (size < 1e3) return fmt::format("{}{:.0f} ns", sign, size);
  if (size < 999.5e3) return fmt::format("{}{} µs", sign, three_digits(size / 1e3));
  if (size < 999.5e6) return fmt::format("{}{} ms", sign, three_digits(size / 1e6));
  if (size < 120e9) return fmt::format("{}{} s", sign, three_digits(size / 1e9));
  if (size < 7200e9) return fmt::format("{}{} min", sign, three_digits(size / 60e9));
  return fmt::format("{}{} h", sign, three_digits(size / 3600e9));
}

std::string spell_duration(Duration duration) {
  if (duration == kForever) return "none";
  const int64_t ns = duration.count();
  if (ns == 0) return "0s";
  constexpr std::array<Unit, 5> kUnits{
      {{"h", 3'600'000'000'000}, {"min", 60'000'000'000}, {"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}}};
  for (const Unit& unit : kUnits) {
    if (ns % unit.factor == 0) return fmt::format("{}{}", ns / unit.factor, unit.name);
  }
  return fmt::format("{}ns", ns);
}

std::optional<int64_t> parse_size(std::string_view text) { return parse(text, kSizeUnits); }

std::string format_size(double bytes) {
  constexpr std::array<std::string_view, 5> kNames{"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (std::abs(bytes) < 1024) return fmt::format("{:.0f} B", bytes);
  size_t unit = 0;
  double value = bytes / 1024;
  while (std::abs(value) >= 1023.5 && unit + 1 < kNames.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", value, decimals_of(std::abs(value)), kNames[unit]);
}

std::optional<int64_t> parse_count(std::string_view text) { return parse(text, kCountUnits); }

std::string format_count(double count) {
  const std::string digits = fmt::format("{:.0f}", std::abs(count));
  if (!std::isfinite(count)) return digits;
  std::string out = count <= -0.5 ? "-" : "";
  for (size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) out += ',';
    out += digits[at];
  }
  return out;
}

std::string format_rate(double per_second) {
  return per_second < 100 ? fmt::format("{:.3g}", per_second) : format_count(std::round(per_second));
}

std::string spell_rate(double per_second) { return fmt::format("{:g}", per_second); }

std::string format_share(double share) {
  constexpr double kSmallest = 0.001;  // percent, to two digits
  const double percent = 100 * share;
  if (percent > 0 && percent < 0.995 * kSmallest) return fmt::format("<{} %", kSmallest);
  const bool small = percent != 0 && std::abs(percent) < 0.995;
  return small ? fmt::format("{:.2g} %", percent) : fmt::format("{:.1f} %", percent);
}

}  // namespace hitbench
