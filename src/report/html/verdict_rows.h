// What the charts of a verdict share.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "judge/verdict.h"
#include "report/html/chart.h"
#include "stats/interval.h"

namespace hitbench::html {

using Items = std::vector<const VerdictItem*>;

// In the order of the verdict, with a change that has a size.
std::vector<std::pair<std::string, Items>> items_by_row(const Verdict& verdict);

struct Sides {
  double base = 0, candidate = 0;
};
// Of each pair, what both of its slots have of a value.
std::vector<Sides> pairs_with(const Verdict& verdict, const std::function<Maybe<double>(const VerdictSlot&)>& value);

Maybe<Interval> change_interval(const VerdictItem& item);  // of its change

Chart ratios_chart(const Verdict& verdict);  // without a panel where there are fewer than two percentiles

}  // namespace hitbench::html
