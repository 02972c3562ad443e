#include "report/cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/units.h"
#include "judge/format.h"
#include "judge/measured_row.h"

namespace hitbench {
namespace {

// Drawn in proportion to the limit, which is marked by '|'; '>' where it is too long.
std::string bar_text(double share) {
  constexpr int kColumns = 12, kMiddle = kColumns / 2;
  std::string bar(kColumns, ' ');
  const auto length = static_cast<size_t>(std::clamp(std::lround(share * kMiddle), 0L, long{kColumns}));
  std::fill_n(bar.begin(), length, '=');
  bar[kMiddle] = '|';
  if (share > 2) bar.back() = '>';
  return bar;
}

// Above a limit that must be exceeded, room has no end.
std::string headroom_text(double share) {
  if (std::abs(share) < 10) return fmt::format("{:+.0f} %", 100 * share);
  return share > 0 ? ">1000 %" : "far over";
}

std::string factor_text(double factor) {
  const char* const form = factor > 1 && factor < 2 ? "{:.3g}" : "{:.2g}";  // 13 % quicker is 1.15x
  return (factor >= 10 ? format_count(factor) : fmt::format(fmt::runtime(form), factor)) + "x";
}

// As far as its interval goes at most, "13x ±0.6"; a wide one, which is not symmetric, in full: "4.5x [1.3, 11]".
std::string factor_with_spread(double factor, const Maybe<Interval>& given) {
  if (!given) return factor_text(factor);
  const Interval& interval = *given;
  const double spread = std::max(interval.high - factor, factor - interval.low);
  if (spread < factor / 1000) return factor_text(factor);
  if (spread > factor / 4) return fmt::format("{} [{:.2g}, {:.2g}]", factor_text(factor), interval.low, interval.high);
  return fmt::format("{} ±{:.2g}", factor_text(factor), spread);
}

// Nobody divides by 0.039: what is surely slower is "26x slower", its interval turned over with it.
std::string quicker_text(double factor, const Maybe<Interval>& interval) {
  const bool is_slower = factor > 0 && factor < 1 && (!interval || (interval->low > 0 && interval->high < 1));
  if (!is_slower || factor_text(1 / factor) == "1x") return factor_with_spread(factor, interval);
  if (!interval) return factor_text(1 / factor) + " slower";
  return factor_with_spread(1 / factor, Interval{.low = 1 / interval->high, .high = 1 / interval->low}) + " slower";
}

// Eighths of a column: of the largest, which fills all.
std::string blocks_text(double share) {
  constexpr int kColumns = 10, kEighths = 8;
  const std::array<const char*, kEighths> parts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto length = std::clamp(std::lround(share * kColumns * kEighths), 0L, long{kColumns * kEighths});
  std::string blocks;
  for (long i = 0; i < length / kEighths; ++i) blocks += "█";
  return blocks + parts[static_cast<size_t>(length % kEighths)];
}

std::string spread_text(double share) {
  const double percent = 100 * share;
  return fmt::format("±{:.{}f} %", percent, percent < 10 ? 1 : 0);
}

std::string share_text(double share, const Maybe<int>& decimals) {
  return decimals ? fmt::format("{:.{}f} %", 100 * share, *decimals) : format_share(share);
}

// Without its interval.
std::string number_text(const Cell& cell, double value) {
  switch (cell.unit) {
    case CellUnit::text:
      break;
    case CellUnit::count:
      return format_count(value);
    case CellUnit::rate:
      return format_rate(value);
    case CellUnit::ratio:
      return fmt::format("{:.2f}", value);
    case CellUnit::per_operation:
      return fmt::format("{:.3g}", value);
    case CellUnit::factor:
      return quicker_text(value, {});
    case CellUnit::time:
      return format_time(value);
    case CellUnit::latency:
      return format_latency(value);
    case CellUnit::size:
      return format_size(value);
    case CellUnit::share:
      return share_text(value, cell.decimals);
    case CellUnit::percent:
      return fmt::format("{:.1f}", 100 * value);
    case CellUnit::spread:
      return spread_text(value);
    case CellUnit::change:
      return format_change(value, {});
    case CellUnit::points:
      return format_points(value, {});
    case CellUnit::change_size:
      return format_percent(value);
    case CellUnit::points_size:
      return points_size(value) + " points";
    case CellUnit::headroom:
      return headroom_text(value);
    case CellUnit::p_value:
      return value < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", value);
    case CellUnit::bar:
      return bar_text(value);
    case CellUnit::blocks:
      return blocks_text(value);
    case CellUnit::metric:
      return format_metric(value, cell.metric);
  }
  return cell.text;
}

std::string figure_text(const Cell& cell) {
  if (cell.unit == CellUnit::text) return cell.text;
  if (!cell.interval) return cell.value ? number_text(cell, *cell.value) : kNothing;
  if (cell.unit == CellUnit::factor && cell.value) return quicker_text(*cell.value, cell.interval);
  const std::string low = number_text(cell, cell.interval->low), high = number_text(cell, cell.interval->high);
  if (!cell.value) return low + " - " + high;
  if (cell.unit == CellUnit::change) return format_change(*cell.value, cell.interval);
  if (cell.unit == CellUnit::points) return format_points(*cell.value, cell.interval);
  return fmt::format("{} [{}, {}]", number_text(cell, *cell.value), low, high);
}

Maybe<double> as_double(const Maybe<int64_t>& value) {
  return value ? Maybe<double>(static_cast<double>(*value)) : std::nullopt;
}

}  // namespace

const char* mark_text(Mark mark) {
  switch (mark) {
    case Mark::machine:
      return "~";
    case Mark::invalid:
      return "! ";
    case Mark::none:
      break;
  }
  return "";
}

std::string cell_text(const Cell& cell) {
  return mark_text(cell.mark) + figure_text(cell) + (cell.note.empty() ? "" : " " + cell.note);
}

Cell text_cell(const std::string& text) {
  Cell cell;
  cell.text = text;
  return cell;
}

Cell nothing_cell() { return text_cell(kNothing); }

Cell number_cell(Maybe<double> value, CellUnit unit) {
  Cell cell;
  cell.value = value;
  cell.unit = unit;
  return cell;
}

Cell metric_cell(Maybe<double> value, const std::string& metric) {
  Cell cell = number_cell(value, CellUnit::metric);
  cell.metric = metric;
  return cell;
}

Cell count_cell(Maybe<uint64_t> count) {
  return number_cell(count ? Maybe<double>(static_cast<double>(*count)) : std::nullopt, CellUnit::count);
}

Cell time_cell(Maybe<double> ns) { return number_cell(ns, CellUnit::time); }
Cell time_cell(Maybe<int64_t> ns) { return time_cell(as_double(ns)); }
Cell latency_cell(Maybe<double> ns) { return number_cell(ns, CellUnit::latency); }
Cell latency_cell(Maybe<int64_t> ns) { return latency_cell(as_double(ns)); }

}  // namespace hitbench
