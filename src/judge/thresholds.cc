// '[ROW:]metric<value': the promise of a row, or of every row but the baseline. A row's name may contain ':', '<' never
// stands in one, and a metric contains neither: the last of each separates.
#include "judge/thresholds.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "judge/format.h"
#include "judge/measured_row.h"

namespace hitbench {
namespace {

Maybe<double> plain_number(std::string_view text) {
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

Maybe<double> limit_of(const std::string& text, Unit unit) {
  if (unit == Unit::time) {
    if (text == "0") return 0;
    const std::optional<Duration> time = parse_duration(text);
    return time ? Maybe<double>(static_cast<double>(time->count())) : std::nullopt;
  }
  if (text.ends_with('%')) {
    const Maybe<double> percent = plain_number(trimmed(text.substr(0, text.size() - 1)));
    return percent && unit == Unit::share ? Maybe<double>(*percent / 100) : std::nullopt;
  }
  if (const Maybe<double> number = plain_number(text)) return number;
  const std::optional<int64_t> count = unit == Unit::bytes ? parse_size(text) : parse_count(text);
  return count ? Maybe<double>(static_cast<double>(*count)) : std::nullopt;
}

const char* example_of(Unit unit) {
  switch (unit) {
    case Unit::time:
      return "a time needs a unit: 5ms";
    case Unit::share:
      return "write 95% or 0.95";
    case Unit::bytes:
      return "write 64MiB";
    case Unit::number:
      break;
  }
  return "write a number: 1000 or 1k";
}

void check_row(const Threshold& threshold, const std::vector<std::string>& rows) {
  if (threshold.row.empty() || std::find(rows.begin(), rows.end(), threshold.row) != rows.end()) return;
  throw usage_error(fmt::format("threshold '{}': there is no row '{}'.{}", threshold.text, threshold.row,
                                did_you_mean(threshold.row, rows)),
                    "`hitbench check` prints the rows");
}

bool within(double value, const Threshold& threshold) {
  if (threshold.op == "<") return value < threshold.limit;
  if (threshold.op == "<=") return value <= threshold.limit;
  if (threshold.op == ">") return value > threshold.limit;
  return value >= threshold.limit;
}

}  // namespace

Threshold parse_threshold(const std::string& text, const std::vector<std::string>& rows) {
  const size_t at = text.find_last_of("<>");
  if (at == std::string::npos) {
    throw usage_error(fmt::format("threshold '{}': there is no <, <=, > or >= in it", text),
                      "write [ROW:]METRIC<VALUE, for example read.response.p99<5ms");
  }
  Threshold threshold{.text = text};
  threshold.op = text.substr(at, text.substr(at + 1).starts_with('=') ? 2 : 1);
  const std::string left = text.substr(0, at);
  const size_t colon = left.rfind(':');
  if (colon != std::string::npos) threshold.row = trimmed(left.substr(0, colon));
  threshold.metric = trimmed(colon == std::string::npos ? left : left.substr(colon + 1));
  Unit unit = Unit::number;
  try {
    unit = unit_of(threshold.metric);
  } catch (const Error& error) {
    throw usage_error(fmt::format("threshold '{}': {}", text, error.what()), error.remedy());
  }
  const std::string value = trimmed(text.substr(at + threshold.op.size()));
  const Maybe<double> limit = limit_of(value, unit);
  if (!limit) {
    throw usage_error(fmt::format("threshold '{}': '{}' is no value of {}", text, value, threshold.metric),
                      example_of(unit));
  }
  threshold.limit = *limit;
  check_row(threshold, rows);
  return threshold;
}

std::vector<Threshold> parse_thresholds(const std::vector<std::string>& texts, const std::vector<std::string>& rows) {
  std::vector<Threshold> thresholds;
  for (const std::string& text : texts) thresholds.push_back(parse_threshold(text, rows));
  return thresholds;
}

ThresholdVerdict judge_threshold(const Threshold& threshold, const RunResult& run) {
  const MeasuredRow row{.name = run.name, .measured = &run};
  ThresholdVerdict verdict{.text = threshold.text, .row = row.name, .actual = ""};
  const Maybe<double> value = row.value(threshold.metric);
  const bool can_judge = row.can_judge(threshold.metric);
  verdict.measured = value && can_judge;
  verdict.met = verdict.measured && within(*value, threshold);
  verdict.actual = value ? format_metric(*value, threshold.metric) : "not measured";
  if (!can_judge) verdict.actual += ", " + row.fault();
  return verdict;
}

std::vector<ThresholdVerdict> judge_thresholds(const std::vector<Threshold>& thresholds, const Result& result) {
  std::vector<ThresholdVerdict> verdicts;
  for (const Threshold& threshold : thresholds) {
    const size_t before = verdicts.size();
    for (const RunResult& run : result.runs) {
      const bool applies = threshold.row.empty() ? !is_baseline(run) : run.name == threshold.row;
      if (applies) verdicts.push_back(judge_threshold(threshold, run));
    }
    if (verdicts.size() > before) continue;
    // A threshold that applies to nothing must not look like one that was met.
    verdicts.push_back({.text = threshold.text,
                        .row = kNoRow,
                        .met = false,
                        .measured = false,
                        .actual = "only the baseline ran; name it: none/none:" + threshold.text});
  }
  return verdicts;
}

std::string verdict_word(const ThresholdVerdict& verdict) {
  if (!verdict.measured) return "cannot tell";
  return verdict.met ? "met" : "missed";
}

}  // namespace hitbench
