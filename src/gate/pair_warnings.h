// What to mistrust in a gate's verdict: pairs that were disturbed or left out, and what the runs themselves warn of.
#pragma once

#include <string>
#include <vector>

#include "gate/pair_rows.h"

namespace hitbench {

// Pairs that the machine disturbed, and those that gave no two results, each counted apart. Of a gate that was
// interrupted, not `complete`, only the former.
void warn_of_pairs(const std::vector<Pair>& first, const std::vector<Pair>& second, bool complete,
                   std::vector<Doubt>& out);

// Pairs in which this row was invalid, where it can be judged all the same.
void warn_of_invalid(const GateRow& row, const std::vector<Pair>& first, const std::vector<Pair>& second,
                     std::vector<Doubt>& out);

// What its runs themselves warn of. In a calibration both sides are the base.
void warn_of_row(const GateRow& row, const RowRuns& runs, bool calibrate, std::vector<Doubt>& out);

}  // namespace hitbench
