#include "judge/measured_row.h"

#include <algorithm>
#include <utility>

namespace hitbench {
namespace {

// What both rows measured in the rounds that both have.
std::pair<std::vector<double>, std::vector<double>> shared_rounds(const MeasuredRow& from, const MeasuredRow& to,
                                                                  const std::string& path) {
  std::pair<std::vector<double>, std::vector<double>> rounds;
  const auto other = to.by_round(path);
  for (const auto& [round, value] : from.by_round(path)) {
    const auto same = other.find(round);
    if (same == other.end()) continue;
    rounds.first.push_back(value);
    rounds.second.push_back(same->second);
  }
  return rounds;
}

}  // namespace

std::string MeasuredRow::fault() const { return fault_of(run(), "row"); }

Maybe<double> MeasuredRow::value(const std::string& path) const {
  return skipped() ? std::nullopt : metric(run(), path);
}

std::map<int, double> MeasuredRow::by_round(const std::string& path) const {
  std::map<int, double> values;
  if (skipped()) return values;
  for (const RoundResult& round : run().rounds) {
    if (const Maybe<double> value = metric_of_round(run(), round, path)) values[round.round] = *value;
  }
  return values;
}

std::vector<MeasuredRow> rows_of(const Result& result) {
  std::vector<MeasuredRow> rows;
  for (const RunResult& run : result.runs) rows.push_back({.name = run.name, .measured = &run});
  return rows;
}

std::vector<std::string> names_of(const std::vector<MeasuredRow>& rows) {
  std::vector<std::string> names;
  for (const MeasuredRow& row : rows) names.push_back(row.name);
  return names;
}

const MeasuredRow* find_row(const std::vector<MeasuredRow>& rows, const std::string& name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const MeasuredRow& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

bool is_baseline(const RunResult& run) { return !run.has_cache(); }

const MeasuredRow* baseline_of(const std::vector<MeasuredRow>& rows, const RunResult& run) {
  for (const MeasuredRow& row : rows) {
    const RunResult& other = row.run();
    const bool same_origin = other.origin == run.origin && other.has_origin() == run.has_origin();
    if (is_baseline(other) && same_origin && other.sweep == run.sweep) return &row;
  }
  return nullptr;
}

Maybe<Difference> difference_of(const MeasuredRow& from, const MeasuredRow& to, const std::string& path) {
  const Maybe<double> a = from.value(path);
  const Maybe<double> b = to.value(path);
  if (!a || !b || *a == 0) return std::nullopt;
  const auto [from_rounds, to_rounds] = shared_rounds(from, to, path);
  return difference_of(from_rounds, to_rounds, *b / *a);
}

Maybe<PointsDifference> points_between(const MeasuredRow& from, const MeasuredRow& to, const std::string& path) {
  const Maybe<double> a = from.value(path);
  const Maybe<double> b = to.value(path);
  if (!a || !b) return std::nullopt;
  const auto [from_rounds, to_rounds] = shared_rounds(from, to, path);
  PointsDifference difference{.change = *b - *a, .interval = {}, .rounds = from_rounds.size()};
  std::vector<double> changes;
  for (size_t i = 0; i < from_rounds.size(); ++i) changes.push_back(to_rounds[i] - from_rounds[i]);
  if (const auto of_rounds = mean_interval(changes)) {
    difference.interval = Interval{.low = std::min(difference.change, of_rounds->low),
                                   .high = std::max(difference.change, of_rounds->high)};
  }
  return difference;
}

}  // namespace hitbench
