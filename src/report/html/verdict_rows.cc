#include "report/html/verdict_rows.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace hitbench::html {

std::vector<std::pair<std::string, Items>> items_by_row(const Verdict& verdict) {
  std::vector<std::pair<std::string, Items>> rows;
  for (const VerdictItem& item : verdict.items) {
    if (item.metric.empty() || !item.change || !std::isfinite(*item.change)) continue;
    auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& one) { return one.first == item.row; });
    if (row == rows.end()) row = rows.insert(rows.end(), {item.row, {}});
    row->second.push_back(&item);
  }
  return rows;
}

std::vector<Sides> pairs_with(const Verdict& verdict, const std::function<Maybe<double>(const VerdictSlot&)>& value) {
  std::map<std::pair<int, int>, std::map<std::string, double>> by_pair;
  for (const VerdictSlot& slot : verdict.slots) {
    const Maybe<double> of_slot = slot.failure ? std::nullopt : value(slot);
    if (of_slot) by_pair[{slot.stage, slot.pair}][slot.side] = *of_slot;
  }
  std::vector<Sides> pairs;
  for (const auto& [pair, values] : by_pair) {
    const auto base = values.find("base"), candidate = values.find("candidate");
    if (base != values.end() && candidate != values.end()) pairs.push_back({base->second, candidate->second});
  }
  return pairs;
}

Maybe<Interval> change_interval(const VerdictItem& item) {
  if (!item.change_low || !item.change_high) return std::nullopt;
  return Interval{.low = *item.change_low, .high = *item.change_high};
}

}  // namespace hitbench::html
