// From pairs of measurements to a word, for one metric: pure functions of the logarithms of the pairs' ratios, each
// ln(candidate / base) of what is compared, above zero for worse.
//
// Two stages. The first looks at everything with few pairs; the second measures again, with new processes and new
// seeds, only what the first has flagged, and only its data decide. What made one sitting look worse by chance does not
// come back; so a false alarm needs both, and its probability is at most the product of the two levels for each metric.
//
// The test is the signed-rank test on pairs whose two sides ran in random order: exact whatever the noise is like
// (stats/signed_rank.h). A significant change must also be one that matters (delta).
#pragma once

#include <vector>

#include "judge/verdict.h"
#include "stats/hodges_lehmann.h"

namespace hitbench {

struct Stages {
  int first = 10, second = 15;  // pairs
  double flag = 0.05;           // level of the first stage, in each direction
  double confirm = 0.01;        // and of the second
};

// Such that the chance of any false alarm over all tests is at most kFalseAlarms: up to 20 tests at the usual levels,
// beyond that the second one is lowered (Bonferroni).
inline constexpr double kFalseAlarms = 0.01;
Stages stages_for(int pairs, int tests);

// A change of more than half of delta that is significant, in either direction.
bool is_flagged(const std::vector<double>& first, double delta, const Stages& stages);

struct Decision {
  Word word = Word::inconclusive;
  Estimate change;         // as a logarithm; of the second stage where it decided
  double p = 1;            // that of the direction in which it lies
  std::vector<int> pairs;  // of each stage
  double noise = 0;        // of the first stage
  double detectable = 0;   // as a logarithm
};

// `second` is empty where nothing was flagged; it is not looked at where this metric was not.
Decision decide(const std::vector<double>& first, const std::vector<double>& second, double delta,
                const Stages& stages);

// The standard deviation of a pair's logarithm.
double noise_of(const std::vector<double>& ratios);

// The smallest worsening, as a logarithm, that the two stages find four times in five if pairs are as noisy as this.
double detectable_effect(double noise, double delta, const Stages& stages);

}  // namespace hitbench
