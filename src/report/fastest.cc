// Which row is the fastest of a group, the one without a cache included, and by how much.
#include <fmt/format.h>

#include <algorithm>

#include "report/contest.h"
#include "report/findings.h"

namespace hitbench {
namespace {

using Tone = Finding::Tone;

constexpr size_t kMostComparisons = 8;  // of the fastest row with others: more would drown the table

std::string against_words(const MeasuredRow& best, const MeasuredRow& other, const std::string& kind) {
  const bool virtual_time = is_virtual(best, other);
  std::string words = best.name + " against " + other.name + ": ";
  words += "mean " + difference_words(*difference_of(other, best, kind + ".response.mean"), virtual_time);
  if (const Maybe<Difference> p99 = difference_of(other, best, kind + ".response.p99")) {
    words += "; p99 " + difference_words(*p99, virtual_time);
  }
  return words;
}

// Why rows stand apart, as findings.
std::vector<Finding> left_out_of(const std::vector<const MeasuredRow*>& rows, const std::string& kind) {
  std::vector<Finding> findings;
  if (rows.size() < 2) return findings;
  for (const MeasuredRow* row : rows) {
    const std::string why = why_left_out(*row, kind);
    if (why.empty()) continue;
    findings.push_back(
        {.id = "not-compared", .word = "not compared", .text = row->name + ": " + why, .tone = Tone::bad});
  }
  return findings;
}

std::vector<const MeasuredRow*> with_baseline(std::vector<const MeasuredRow*> rows, const MeasuredRow* baseline,
                                              const std::string& kind) {
  if (baseline == nullptr) return rows;
  const std::string path = kind + ".response.mean";
  const auto later = std::find_if(rows.begin(), rows.end(),
                                  [&](const MeasuredRow* row) { return *row->value(path) > *baseline->value(path); });
  rows.insert(later, baseline);
  return rows;
}

}  // namespace

std::vector<Finding> fastest_of(const Group& group, const std::vector<MeasuredRow>& all) {
  if (group.searched) return {};
  std::string kind = "read";
  std::vector<const MeasuredRow*> rows = contenders(group, all, kind);
  if (rows.empty()) rows = contenders(group, all, kind = "write");
  if (rows.empty()) kind = "read";
  const std::vector<Finding> left_out = left_out_of(competitors(group, all), kind);
  if (!rows.empty()) rows = with_baseline(rows, baseline_in(group, all, kind), kind);
  if (rows.size() < 2) return left_out;
  const MeasuredRow& best = *rows.front();
  std::vector<std::string> equals;
  for (const MeasuredRow* row : quickest_of(rows, kind + ".response.mean")) equals.push_back(row->name);
  std::vector<Finding> findings{
      {.id = "fastest", .word = "Fastest " + kind + "s:", .text = best.name, .tone = Tone::good}};
  if (equals.size() > 1) {
    findings.front() = {.id = "fastest-not-determined",
                        .word = "Fastest " + kind + "s:",
                        .text = fmt::format("no sure difference of 1 % or more between {}", fmt::join(equals, ", ")),
                        .tone = Tone::doubtful};
  }
  for (size_t i = 1; i < rows.size() && i <= kMostComparisons; ++i) {
    if (!difference_of(*rows[i], best, kind + ".response.mean")) continue;
    findings.push_back({.id = "fastest-against", .word = "", .text = against_words(best, *rows[i], kind)});
  }
  findings.insert(findings.end(), left_out.begin(), left_out.end());
  return findings;
}

}  // namespace hitbench
