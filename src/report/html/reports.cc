// The HTML page of a result, of a verdict, and of two results over each other.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "report/html/blocks.h"
#include "report/html/html.h"
#include "report/report.h"
#include "report/sections.h"

namespace hitbench {
namespace {

using html::Attached;
using html::DrawnRows;
using html::HtmlParts;

DrawnRows rows_that_ran(const Result& result, const ReportStyle& style) {
  return that_ran(selected_runs(result, style));
}

Attached attached_of(const Result& result, const ReportStyle& style) {
  return {.label = "",
          .environment_json = result.environment_json,
          .scenario_json = result.scenario_json,
          .file_name = "hitbench-result",
          .data = html::data_of(result, style)};
}

// The tables that come first on the page of the result, under its letter.
void add_main_tables(const std::string& letter, const Result& result, const ReportStyle& style, Page& page) {
  for (Block& block : page_of(result, style).blocks) {
    Section* section = std::get_if<Section>(&block.content);
    if (section != nullptr && !block.is_detail) {
      section->title = letter + (section->title.empty() ? "" : ": " + section->title);
      page.blocks.push_back(std::move(block));
    }
  }
}

Page overlay_page(const NamedResult& a, const NamedResult& b, const ReportStyle& style) {
  Page page{.kind = "hitbench", .blocks = {}};
  page.blocks.push_back({Heading{"A and B"}});
  page.blocks.push_back({LabeledLines{{{"A", a.name}, {"B", b.name}}}});
  page.blocks.push_back(
      {Paragraph{.lead = "",
                 .after = "",
                 .text = "They were measured at different times: what differs may be due to the machine. "
                         "`hitbench compare` judges what can be judged, `hitbench gate` the rest."}});
  add_main_tables("A", a.result, style, page);
  add_main_tables("B", b.result, style, page);
  return page;
}

// What a browser's tab, a bookmark or a mail shows of it: the question, or the rows compared.
std::string title_of(const Result& result, const DrawnRows& rows) {
  constexpr size_t kMostRows = 4;
  if (!result.question.empty()) return result.question;
  std::string names;
  for (size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) add_part(names, rows[i]->name);
  if (rows.size() > kMostRows) names += fmt::format(" and {} more", rows.size() - kMostRows);
  return "hitbench" + (names.empty() ? "" : ": " + names);
}

size_t rows_of(const Verdict& verdict) {
  std::set<std::string> rows;
  for (const VerdictItem& item : verdict.items) rows.insert(item.row);
  return rows.size();
}

// Its rows and searches under its letter.
Result lettered(Result result, const std::string& letter) {
  for (RunResult& run : result.runs) run.name = letter + ": " + run.name;
  for (FindMaxResult& found : result.find_max) found.row = letter + ": " + found.row;
  return result;
}

ReportStyle lettered(ReportStyle style, const std::string& letter) {
  for (std::string& row : style.rows) row = letter + ": " + row;
  return style;
}

}  // namespace

std::string report_html(const Result& result, const ReportStyle& style) {
  const Page page = page_of(result, style);
  const DrawnRows rows = rows_that_ran(result, style);
  return html::document_html({.title = title_of(result, rows),
                              .blocks = html::blocks_html(page),
                              .details = html::details_html(page),
                              .footer = html::footer_html(page),
                              .charts = html::charts_of(result, {rows, groups_of(rows, !result.find_max.empty())}),
                              .attached = {attached_of(result, style)},
                              .rows = rows.size()});
}

std::string report_verdict_html(const Verdict& verdict, const ReportStyle& style) {
  const Page page = page_of(verdict, style);
  return html::document_html({.title = "hitbench " + verdict.kind + ": " + std::string(word_of(verdict.verdict)),
                              .blocks = html::blocks_html(page),
                              .details = "",
                              .footer = html::footer_html(page),
                              .charts = html::charts_of(verdict),
                              .attached = {{.label = "",
                                            .environment_json = verdict.environment_json,
                                            .scenario_json = "",
                                            .file_name = "hitbench-verdict",
                                            .data = html::data_of(verdict, style)}},
                              .rows = rows_of(verdict)});
}

std::string report_html_overlay(const NamedResult& a, const NamedResult& b, const ReportStyle& style) {
  const std::array<Result, 2> sides{lettered(a.result, "A"), lettered(b.result, "B")};
  Result both;  // what is not of one row
  both.find_max = sides[0].find_max;
  if (a.result.scenario_json == b.result.scenario_json) both.scenario_json = a.result.scenario_json;
  both.find_max.insert(both.find_max.end(), sides[1].find_max.begin(), sides[1].find_max.end());
  DrawnRows rows = rows_that_ran(sides[0], lettered(style, "A"));
  html::Groups groups = groups_of(rows, !a.result.find_max.empty());
  const DrawnRows others = rows_that_ran(sides[1], lettered(style, "B"));
  rows.insert(rows.end(), others.begin(), others.end());
  for (Group& group : groups_of(others, !b.result.find_max.empty())) groups.push_back(std::move(group));
  HtmlParts parts{.title = "hitbench: A and B",
                  .blocks = html::blocks_html(overlay_page(a, b, style)),
                  .details = "",
                  .footer = "",
                  .charts = html::charts_of(both, {rows, groups}),
                  .attached = {attached_of(a.result, style), attached_of(b.result, style)},
                  .rows = rows.size()};
  parts.attached[0].label = "A: " + a.name;
  parts.attached[1].label = "B: " + b.name;
  parts.attached[1].file_name += "-b";
  return html::document_html(parts);
}

}  // namespace hitbench
