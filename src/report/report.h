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
  bool hides_columns = true;      // that a table has too many for that width
  bool utf8 = true;               // else all of our own words are ASCII
  bool details = false;           // all tables and what they mean, after the first screen
  std::string more;               // the command that prints them, for the last line; may be empty
  std::vector<std::string> rows;  // only these rows (run names), in this order; empty: all
};

std::string report_table(const Result& result, const ReportStyle& style);
std::string report_json(const Result& result, const ReportStyle& style);
std::string report_csv(const Result& result, const ReportStyle& style);
std::string report_markdown(const Result& result, const ReportStyle& style);
std::string report_html(const Result& result, const ReportStyle& style);
std::string report_junit(const Result& result, const ReportStyle& style);
std::string report_github(const Result& result, const ReportStyle& style);
std::string report_google_benchmark(const Result& result, const ReportStyle& style);
std::string report_benchmark_action(const Result& result, const ReportStyle& style);
std::string report_hgrm(const Result& result, const ReportStyle& style);
std::string report_hlog(const Result& result, const ReportStyle& style);

// Two results over each other. `name`: of the file.
struct NamedResult {
  std::string name;
  const Result& result;
};
std::string report_html_overlay(const NamedResult& a, const NamedResult& b, const ReportStyle& style);

std::string report_verdict_table(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_json(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_csv(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_markdown(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_html(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_junit(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_github(const Verdict& verdict, const ReportStyle& style);
std::string report_verdict_google_benchmark(const Verdict& verdict, const ReportStyle& style);

}  // namespace hitbench
