#include "report/contest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/units.h"

namespace hitbench {
namespace {

constexpr double kLeastDifference = 0.01;
constexpr double kMostFailures = 0.001;  // with more, times are those of the lucky ones

double share_of(uint64_t part, uint64_t rest) {
  return part == 0 ? 0 : static_cast<double>(part) / static_cast<double>(part + rest);
}

// The share of a row's reads, or writes, that failed.
double failed_of(const MeasuredRow& row, const std::string& kind) {
  const RunResult& run = row.run();
  return kind == "read" ? share_of(run.reads.failed, answered(run.reads))
                        : share_of(run.writes.failed, run.writes.acknowledged);
}

bool may_win(const MeasuredRow& row, const std::string& kind) {
  return row.value(kind + ".response.mean") && why_left_out(row, kind).empty();
}

}  // namespace

bool is_virtual(const MeasuredRow& a, const MeasuredRow& b) {
  return a.run().clock == "virtual" && b.run().clock == "virtual";
}

bool is_sure(const Maybe<Difference>& difference, bool virtual_time) {
  if (!difference) return false;
  return is_exactly_known(*difference, virtual_time) && difference->ratio != 1;
}

bool answers(const MeasuredRow& row, const std::string& kind) { return failed_of(row, kind) <= kMostFailures; }

std::string failed_words(const MeasuredRow& row, const std::string& kind) {
  return fmt::format("{} of its {}s failed, and its times are those of the others", format_share(failed_of(row, kind)),
                     kind);
}

std::string why_left_out(const MeasuredRow& row, const std::string& kind) {
  if (row.run().failed()) return "it failed";
  if (!answers(row, kind)) return failed_words(row, kind);
  return row.valid() ? "" : "it is invalid";
}

std::vector<const MeasuredRow*> competitors(const Group& group, const std::vector<MeasuredRow>& all) {
  const bool origins =
      std::any_of(group.runs.begin(), group.runs.end(), [](const RunResult* run) { return run->has_origin(); });
  std::vector<const MeasuredRow*> rows;
  for (const RunResult* run : group.runs) {
    const MeasuredRow* row = find_row(all, run->name);
    if (is_baseline(*run) || (origins && !run->has_origin()) || (row->skipped() && !row->run().failed())) continue;
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
  }
  return rows;
}

std::vector<const MeasuredRow*> contenders(const Group& group, const std::vector<MeasuredRow>& all,
                                           const std::string& kind) {
  const std::string path = kind + ".response.mean";
  std::vector<const MeasuredRow*> rows = competitors(group, all);
  std::erase_if(rows, [&](const MeasuredRow* row) { return !may_win(*row, kind); });
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const MeasuredRow* a, const MeasuredRow* b) { return *a->value(path) < *b->value(path); });
  return rows;
}

const MeasuredRow* baseline_in(const Group& group, const std::vector<MeasuredRow>& all, const std::string& kind) {
  for (const RunResult* run : group.runs) {
    const MeasuredRow* row = find_row(all, run->name);
    if (is_baseline(*run) && may_win(*row, kind)) return row;
  }
  return nullptr;
}

bool is_exactly_known(const Difference& difference, bool virtual_time) {
  return difference.sure() || (virtual_time && !difference.interval);
}

bool differs(const MeasuredRow& from, const MeasuredRow& to, const std::string& metric) {
  const Maybe<Difference> difference = difference_of(from, to, metric);
  if (!difference) return from.value(metric) != to.value(metric);  // a time of 0 has no ratio
  return is_sure(difference, is_virtual(from, to)) && std::abs(difference->ratio - 1) >= kLeastDifference;
}

std::vector<const MeasuredRow*> quickest_of(const std::vector<const MeasuredRow*>& rows, const std::string& metric) {
  std::vector<const MeasuredRow*> equals;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(equals),
               [&](const MeasuredRow* row) { return row == rows.front() || !differs(*row, *rows.front(), metric); });
  return equals;
}

}  // namespace hitbench
