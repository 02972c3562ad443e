// A report is a function from a result, or from a verdict, to text. It reads nothing else: `hitbench report OLD.json`
// prints any saved one in any format.
#pragma once

#include <string>
#include <vector>

#include "judge/verdict.h"
#include "metrics/result.h"

namespace hitbench {

struct ReportStyle {
  bool color = false;
  int width = 100;                // columns of the terminal
  std::vector<std::string> rows;  // only these rows (run names), in this order; empty: all
};

std::string report_table(const Result& result, const ReportStyle& style);
std::string report_json(const Result& result, const ReportStyle& style);
std::string report_csv(const Result& result, const ReportStyle& style);
std::string report_markdown(const Result& result, const ReportStyle& style);
std::string report_junit(const Result& result, const ReportStyle& style);
std::string report_github(const Result& result, const ReportStyle& style);
std::string report_google_benchmark(const Result& result, const ReportStyle& style);
std::string report_benchmark_action(const Result& result, const ReportStyle& style);
std::string report_hgrm(const Result& result, const ReportStyle& style);
std::string report_hlog(const Result& result, const ReportStyle& style);

std::string report_verdict_table(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_json(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_csv(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_markdown(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_junit(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_github(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_google_benchmark(const Verdict& verdict, const ReportStyle& style);

// What '[ROW:]METRIC<VALUE' promises.
struct Threshold {
  std::string text;  // as it was written
  std::string row;   // empty: every row but the baseline
  std::string metric;
  std::string op;  // "<", "<=", ">", ">="
  double limit = 0;

  bool is_upper() const { return op.starts_with('<'); }
};
// `rows` are those that it may name. A malformed one, or one that names an unknown metric or row, throws Error{usage}
// with the nearest name.
Threshold parse_threshold(const std::string& text, const std::vector<std::string>& rows);
std::vector<Threshold> parse_thresholds(const std::vector<std::string>& texts, const std::vector<std::string>& rows);
// Whatever row it is about.
ThresholdVerdict judge_threshold(const Threshold& threshold, const RunResult& run);
std::vector<ThresholdVerdict> judge_thresholds(const std::vector<Threshold>& thresholds, const Result& result);
std::string verdict_word(const ThresholdVerdict& verdict);  // "met", "missed", "cannot tell"
inline constexpr const char* kNoRow = "no row";             // where a threshold applies to none

// Answers and claims: checks templates against the rows that a plan will have (before running) ...
void check_answer_syntax(const std::string& answer, const std::vector<std::pair<std::string, std::string>>& claims,
                         const std::vector<std::string>& rows);
// ... and fills them in.
std::string fill_answer(const Result& result);
enum class ClaimVerdict { holds, fails, cannot_tell };
struct ClaimResult {
  std::string says;
  ClaimVerdict verdict = ClaimVerdict::cannot_tell;
  std::string why;               // the two sides with their figures, and what keeps us from telling
  bool too_many_failed = false;  // in a row that it is about, so that it cannot be told
};
std::vector<ClaimResult> judge_claims(const Result& result);

}  // namespace hitbench
