// GitHub-flavoured Markdown: a comment on a pull request, or a step's summary. The marker in its first line lets a
// workflow find the comment that it wrote before and replace it.
#include <fmt/format.h>

#include "judge/answer.h"
#include "report/findings.h"
#include "report/report.h"
#include "report/verdict_sections.h"

namespace hitbench {
namespace {

// Text from outside must neither end a cell nor become markup.
std::string markdown(const std::string& text) {
  std::string done;
  for (const char c : printable(text)) {
    if (std::string_view("|*_`<>[]\\~#").find(c) != std::string_view::npos) done += '\\';
    done += c;
  }
  return done;
}

std::string joined_head(const Column& column) { return fmt::format("{}", fmt::join(column.head, " ")); }

std::string row_of(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + markdown(cell) + " |";
  return line + "\n";
}

std::string table_of(const Grid& grid) {
  std::vector<std::string> heads;
  std::string rule = "|";
  for (const Column& column : grid.columns) {
    rule += heads.empty() ? " --- |" : " ---: |";
    heads.push_back(joined_head(column));
  }
  std::string text = row_of(heads) + rule + "\n";
  for (const std::vector<std::string>& row : grid.rows) text += row_of(row);
  return text;
}

std::string list_of(const std::string& title, const std::vector<Finding>& findings) {
  if (findings.empty()) return "";
  std::string text = "\n";
  if (!title.empty()) text += "**" + markdown(title) + "**\n\n";
  for (const Finding& finding : findings) {
    const std::string word = finding.word.empty() ? "" : "**" + markdown(finding.word) + "** ";
    text += "- " + word + markdown(finding.text) + "\n";
  }
  return text;
}

std::string group_text(const Result& result, const Group& group, const std::vector<MeasuredRow>& all) {
  std::string text;
  for (const Section& section : sections_of(group, all)) {
    const std::string title = group.title.empty() ? section.title : group.title + ": " + section.title;
    text += "\n**" + markdown(title) + "**\n\n" + table_of(section.grid);
  }
  const std::string of_group = group.title.empty() ? "" : ", " + group.title;
  return text + list_of("", fastest_of(group, all)) +
         list_of("Is a cache needed" + of_group + "?", need_of(result, group)) +
         list_of("Does the cache pay" + of_group + "?", worth_of(group, all)) + list_of("", carried_of(result, group));
}

std::string bullets(const std::vector<std::string>& lines) {
  std::string text = lines.empty() ? "" : "\n";
  for (const std::string& line : lines) text += "- " + markdown(line) + "\n";
  return text;
}

std::string table_of(const VerdictRow& row) {
  std::string text = "\n**" + markdown(row.name) + "**\n\n";
  for (const auto& [word, why] : row.faults) text += "- **" + word + "** " + markdown(why) + "\n";
  if (!row.grid.rows.empty()) text += table_of(row.grid);
  if (!row.notes.empty()) text += "\n";
  for (const auto& [metric, note] : row.notes) text += "- " + markdown(metric + ": " + note) + "\n";
  return text;
}

}  // namespace

std::string report_markdown(const Result& result, const ReportStyle& style) {
  const std::vector<const RunResult*> runs = selected_runs(result, style);
  const std::vector<MeasuredRow> all = rows_of(result);
  std::string text = "<!-- hitbench -->\n";
  text += "### " + (result.question.empty() ? "hitbench" : markdown(result.question)) + "\n";
  if (!result.complete) text += "\n**PARTIAL**: the run was interrupted\n";
  if (const std::string workload = workload_words(result); !workload.empty()) text += "\n" + markdown(workload) + "\n";
  text += list_of("Thresholds", thresholds_of(result, style));
  for (const Group& group : groups_of(runs, !result.find_max.empty())) text += group_text(result, group, all);
  if (const auto two = side_by_side(result, style))
    text += "\n**" + markdown(two->title) + "**\n\n" + table_of(two->grid);
  for (const FindMaxResult& found : result.find_max) {
    const Section load = load_section(found);
    text += "\n**" + markdown(load.title) + "**\n\n" + table_of(load.grid) + list_of("", {load_finding(found)});
  }
  text += list_of("", doubts_of(runs));
  if (has_machine_percentiles(runs)) {
    text += std::string("\n\\~ ") + kMachinePercentile + "\n";
  }
  if (!result.answer.empty()) text += "\n**Answer:** " + markdown(fill_answer(result)) + "\n";
  text += list_of("Claims", claims_of(result));
  const std::string method = method_words(runs);
  const std::string environment = environment_words(result);
  if (!method.empty()) text += "\n<sub>Measured: " + markdown(method) + "</sub>\n";
  if (!environment.empty()) text += "\n<sub>On: " + markdown(environment) + "</sub>\n";
  return text;
}

std::string report_verdict_markdown(const Verdict& verdict, const ReportStyle&) {
  std::string text = "<!-- hitbench:" + verdict.kind + " -->\n";
  text += "### " + shown(verdict.verdict);
  if (!verdict.question.empty()) text += ": " + markdown(verdict.question);
  text += "\n\nbase: " + markdown(verdict.base) + "  \n";
  const std::string differs = differences_of(verdict);
  if (verdict.kind != "calibration")
    text += "candidate: " + markdown(verdict.candidate) + (differs.empty() ? "\n" : "  \n");
  if (!differs.empty()) text += "differs: " + markdown(differs) + "\n";
  if (!verdict.complete) text += "\n**PARTIAL**: it was interrupted\n";
  if (const std::string summary = summary_of(verdict); !summary.empty()) {
    text += "\n**" + shown(verdict.verdict) + "** " + markdown(summary) + "\n";
  }
  text += bullets(verdict.reasons);
  if (!verdict.unlike.empty()) text += "\nUnlike:\n" + bullets(verdict.unlike);
  for (const VerdictRow& row : verdict_rows(verdict)) text += table_of(row);
  text += bullets(verdict.warnings);
  const std::string footing = footing_of(verdict);
  return footing.empty() ? text : text + "\n<sub>" + markdown(footing) + "</sub>\n";
}

}  // namespace hitbench
