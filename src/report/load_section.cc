// What a search for the highest load has measured, as a table with a chart in it.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "report/findings.h"
#include "report/section_parts.h"
#include "report/sections.h"

namespace hitbench {
namespace {

using Tone = Finding::Tone;

std::vector<LoadStep> by_rate(std::vector<LoadStep> steps) {
  const auto lower = [](const LoadStep& a, const LoadStep& b) { return a.offered_ops_s < b.offered_ops_s; };
  std::stable_sort(steps.begin(), steps.end(), lower);
  return steps;
}

// Marks stand at the first line of their rate, and for its "no".
std::string kept_word(const LoadStep& step, const FindMaxResult& found, bool first_of_rate) {
  std::string marks;
  if (first_of_rate && found.first_breach_ops_s == step.offered_ops_s) marks = "first breach";
  if (first_of_rate && found.rollover_ops_s == step.offered_ops_s) {
    add_part(marks, "throughput rolls over");
  }
  const std::string unclear = step.unclear.empty() ? "inconclusive" : fmt::format("inconclusive ({})", step.unclear);
  const std::string word = step.kept ? "yes" : step.measured ? "no" : unclear;
  if (marks.empty()) return word;
  return word == "no" ? marks : word + ", " + marks;
}

Finding no_rate(const FindMaxResult& found, const std::string& tries) {
  if (!found.cannot_tell.empty()) {
    return {
        .id = "highest-rate-inconclusive",
        .word = "inconclusive",
        .text = fmt::format("at which rate {} meets {} ({}): {}", found.row, found.promise, tries, found.cannot_tell),
        .tone = Tone::doubtful};
  }
  const std::vector<LoadStep> steps = by_rate(found.steps);
  const auto broke = [](const LoadStep& step) { return step.measured && !step.kept; };
  const auto lowest = std::find_if(steps.begin(), steps.end(), broke);
  const bool told_to_the_end = lowest == steps.begin() || lowest == steps.end();
  const std::string from = told_to_the_end ? "" : fmt::format("from {}/s on ", format_rate(lowest->offered_ops_s));
  const std::string why = lowest == steps.end() ? "" : "; at the lowest: " + lowest->why;
  return {.id = "no-rate",
          .word = "no rate",
          .text = fmt::format("{}meets {} on {} ({}{})", from, found.promise, found.row, tries, why),
          .tone = Tone::bad};
}

std::string carried_words(const FindMaxResult& found) {
  return fmt::format("{} ({})", found.ops_s ? format_rate(*found.ops_s) + "/s" : "no rate", found.row);
}

}  // namespace

std::vector<Finding> carried_of(const Result& result, const Group& group) {
  std::vector<std::string> without, with;
  for (const RunResult* run : group.runs) {
    for (const FindMaxResult& found : result.find_max) {
      if (found.row != run->name || run->skipped || !found.cannot_tell.empty()) continue;
      (is_baseline(*run) ? without : with).push_back(carried_words(found));
    }
  }
  if (without.empty() || with.empty()) return {};
  return {{.id = "rates-carried",
           .word = "carried",
           .text = fmt::format("without a cache {}, with it {}", fmt::join(without, ", "), fmt::join(with, ", "))}};
}

Section load_section(const FindMaxResult& found) {
  Section section{.title = found.row + ": one measurement per line; | marks the limit",
                  .grid = {.columns = {{{"offered/s"}},
                                       {{"achieved/s"}, 2},
                                       {{"p50"}, 3},
                                       {{"p99"}, 3},
                                       {{found.metric}},
                                       {{""}, 4},
                                       {{"headroom"}, 1},
                                       {{"met"}}},
                           .rows = {}}};
  double before = 0;
  for (const LoadStep& step : by_rate(found.steps)) {
    const double share = step.value && found.limit > 0 ? *step.value / found.limit : 0;
    section.grid.rows.push_back({number_cell(step.offered_ops_s, CellUnit::rate),
                                 number_cell(step.achieved_ops_s, CellUnit::rate), latency_cell(step.p50_ns),
                                 latency_cell(step.p99_ns), metric_cell(step.value, found.metric),
                                 number_cell(share, CellUnit::bar), number_cell(step.headroom, CellUnit::headroom),
                                 text_cell(kept_word(step, found, step.offered_ops_s != before))});
    before = step.offered_ops_s;
  }
  return section;
}

Finding load_finding(const FindMaxResult& found) {
  const std::string tries = counted(found.steps.size(), "measurement");
  if (!found.ops_s) return no_rate(found, tries);
  std::string broken;
  double above = 0;
  for (const LoadStep& step : found.steps) {  // in the order of measuring: of one rate, the first
    if (step.kept || step.offered_ops_s <= *found.ops_s || (above > 0 && step.offered_ops_s >= above)) continue;
    above = step.offered_ops_s;
    broken = fmt::format("; at {}/s it {}: {}", format_rate(above), step.measured ? "was violated" : "is inconclusive",
                         step.why);
  }
  return {
      .id = "highest-rate",
      .word = format_rate(*found.ops_s) + "/s",
      .text = fmt::format("is the highest rate at which {} meets {} ({}{})", found.row, found.promise, tries, broken),
      .tone = Tone::good};
}

}  // namespace hitbench
