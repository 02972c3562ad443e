#include <utility>

#include "report/report.h"
#include "report/sections.h"

namespace hitbench {

std::string report_json(const Result& result, const ReportStyle& style) {
  if (style.rows.empty()) return result_to_json(result);
  Result chosen = result;
  chosen.runs.clear();
  for (const RunResult* run : selected_runs(result, style)) chosen.runs.push_back(*run);
  chosen.threshold_verdicts = selected_verdicts(result, style);
  return result_to_json(chosen);
}

std::string report_verdict_json(const Verdict& verdict, const ReportStyle&) { return verdict_to_json(verdict); }

}  // namespace hitbench
