// GitHub-flavoured Markdown: a comment on a pull request. The marker in its first line lets a workflow find the
// comment that it wrote before and replace it.
#include <fmt/format.h>

#include "report/findings.h"
#include "report/report.h"

namespace hitbench {
namespace {

// Text from outside must neither end a cell nor become markup.
std::string escaped(const std::string& text) {
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
  for (const std::string& cell : cells) line += " " + escaped(cell) + " |";
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
  if (!title.empty()) text += "**" + escaped(title) + "**\n\n";
  for (const Finding& finding : findings) {
    const std::string word = finding.word.empty() ? "" : "**" + escaped(finding.word) + "** ";
    text += "- " + word + escaped(finding.text) + "\n";
  }
  return text;
}

std::string group_text(const Group& group, const std::vector<Row>& all) {
  std::string text;
  for (const Section& section : sections_of(group, all)) {
    const std::string title = group.title.empty() ? section.title : group.title + ": " + section.title;
    text += "\n**" + escaped(title) + "**\n\n" + table_of(section.grid);
  }
  const std::string of_group = group.title.empty() ? "" : ", " + group.title;
  return text + list_of("", fastest_of(group, all)) +
         list_of("Does the cache pay" + of_group + "?", worth_of(group, all));
}

}  // namespace

std::string report_markdown(const Result& result, const ReportStyle& style) {
  const std::vector<const RunResult*> runs = selected_runs(result, style);
  const std::vector<Row> all = rows_of(result);
  std::string text = "<!-- hitbench -->\n";
  text += "### " + (result.question.empty() ? "hitbench" : escaped(result.question)) + "\n";
  if (!result.complete) text += "\n**PARTIAL**: the run was interrupted\n";
  if (const std::string workload = workload_words(result); !workload.empty()) text += "\n" + escaped(workload) + "\n";
  for (const Group& group : groups_of(runs)) text += group_text(group, all);
  if (const auto two = side_by_side(result, style))
    text += "\n**" + escaped(two->title) + "**\n\n" + table_of(two->grid);
  if (result.find_max) {
    const Section load = load_section(*result.find_max);
    text +=
        "\n**" + escaped(load.title) + "**\n\n" + table_of(load.grid) + list_of("", {load_finding(*result.find_max)});
  }
  text += list_of("", doubts_of(runs));
  if (has_machine_percentiles(runs)) text += "\n\\~ more than half of this percentile is this machine's own lateness\n";
  if (!result.answer.empty()) text += "\n**Answer:** " + escaped(fill_answer(result)) + "\n";
  text += list_of("Claims", claims_of(result));
  const std::string method = method_words(runs);
  const std::string environment = environment_words(result);
  if (!method.empty()) text += "\n<sub>Measured: " + escaped(method) + "</sub>\n";
  if (!environment.empty()) text += "\n<sub>On: " + escaped(environment) + "</sub>\n";
  return text;
}

}  // namespace hitbench
