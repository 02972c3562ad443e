// Ranks, and the exact distribution of sums of them: what the rank tests share. Ranks are doubled, so that the middle
// ranks of ties (1.5) are whole numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hitbench {

// Twice the rank of each value, smallest first; equal values share the middle of their ranks.
std::vector<int> doubled_ranks(const std::vector<double>& values);

// P(sum = s) where each rank is in the sum or not, with probability 1/2 each. Index: s.
std::vector<double> sums_of_any(const std::vector<int>& ranks);

// P(sum = s) over all sets of `size` of the ranks, each equally likely. Index: s. The work grows with
// ranks.size()^2 * size: for a hundred or so.
std::vector<double> sums_of_sets(const std::vector<int>& ranks, size_t size);

// P(S <= s) and P(S >= s).
double at_most(const std::vector<double>& distribution, int64_t s);
double at_least(const std::vector<double>& distribution, int64_t s);

// The largest k with P(S < k) <= tail: the interval goes from the k-th of the sorted averages (or differences) to the
// k-th from the end. 0: there is none, so the interval has no end.
int64_t first_inside(const std::vector<double>& distribution, double tail);

}  // namespace hitbench
