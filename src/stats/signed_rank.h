// Wilcoxon's signed-rank test of paired differences, exact at every size, with ties and zeros.
//
// If the two sides of each pair were put in a random order, every sign is a fair coin when nothing differs, whatever
// the noise is like: no assumption about its shape, its drift or its memory is left.
#pragma once

#include <vector>

namespace hitbench {

struct SignedRank {
  double sum = 0;        // of the ranks of positive differences
  double p_greater = 1;  // P(a sum at least as large), one-sided: differences tend to be above zero
  double p_less = 1;
};

// Zeros are ranked with the others and then left out (Pratt, "Remarks on zeros and ties in the Wilcoxon signed rank
// procedures", JASA 54, 1959); ties share the middle of their ranks.
SignedRank signed_rank(const std::vector<double>& differences);

}  // namespace hitbench
