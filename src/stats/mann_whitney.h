// The Mann-Whitney U test of two independent samples (Mann and Whitney, "On a test of whether one of two random
// variables is stochastically larger than the other", Ann. Math. Statist. 18, 1947).
//
// Exact, with ties, for up to kExactRanks values in all; beyond that by the normal approximation with the corrections
// for ties and continuity. Unpaired: what drifts between the two samples looks like a difference between them.
#pragma once

#include <cstddef>
#include <vector>

namespace hitbench {

inline constexpr size_t kExactRanks = 60;

struct MannWhitney {
  double u = 0;          // pairs (x, y) with y > x; a tie counts one half
  double p_greater = 1;  // one-sided: y tends to be larger than x
  double p_less = 1;
};

MannWhitney mann_whitney(const std::vector<double>& x, const std::vector<double>& y);  // neither is empty

}  // namespace hitbench
