#include "judge/thresholds.h"

#include <fmt/format.h>

namespace hitbench {

Condition parse_threshold(const std::string& text, const std::vector<std::string>& rows) {
  return parse_condition(text, rows, fmt::format("threshold '{}'", text));
}

std::vector<Condition> parse_thresholds(const std::vector<std::string>& texts, const std::vector<std::string>& rows) {
  std::vector<Condition> thresholds;
  for (const std::string& text : texts) thresholds.push_back(parse_threshold(text, rows));
  return thresholds;
}

std::vector<std::string> texts_of(const std::vector<Condition>& conditions) {
  std::vector<std::string> texts;
  for (const Condition& condition : conditions) texts.push_back(condition.text);
  return texts;
}

ThresholdVerdict judge_threshold(const Condition& threshold, const MeasuredRow& row,
                                 const std::vector<MeasuredRow>& rows) {
  const Condition condition = threshold.on(row.name);
  const Maybe<double> value = row.value(condition.metric);
  const Maybe<double> limit = condition.limit ? condition.limit : evaluate(*condition.right, rows).number;
  const std::vector<std::string> faults = faults_of(metrics_of(*condition.right), rows);
  const bool can_judge = row.can_judge(condition.metric);
  ThresholdVerdict verdict{.text = threshold.text, .row = row.name, .actual = ""};
  verdict.measured = value && limit && can_judge && faults.empty();
  verdict.met = verdict.measured && condition.holds_for(*value, *limit);
  verdict.actual = value ? format_metric(*value, condition.metric) : "not measured";
  if (!can_judge) verdict.actual += ", " + row.fault();
  if (condition.limit) return verdict;
  verdict.actual += " against " + side_words(*condition.right, rows);
  if (!faults.empty()) verdict.actual += fmt::format("; {}", fmt::join(faults, "; "));
  return verdict;
}

std::vector<ThresholdVerdict> judge_thresholds(const std::vector<Condition>& thresholds, const Result& result) {
  const std::vector<MeasuredRow> rows = rows_of(result);
  std::vector<ThresholdVerdict> verdicts;
  for (const Condition& threshold : thresholds) {
    const size_t before = verdicts.size();
    for (const MeasuredRow& row : rows) {
      const bool applies = threshold.row.empty() ? !is_baseline(row.run()) : row.name == threshold.row;
      if (applies) verdicts.push_back(judge_threshold(threshold, row, rows));
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
  if (!verdict.measured) return "not determined";
  return verdict.met ? "met" : "missed";
}

}  // namespace hitbench
