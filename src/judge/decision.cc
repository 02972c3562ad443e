#include "judge/decision.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/quantile.h"
#include "stats/signed_rank.h"

namespace hitbench {
namespace {

constexpr double kPower = 0.8;  // of what is called detectable

// As many pairs more in the second stage, which must show at a stricter level what the first one has seen.
constexpr double kSecondStage = 1.5;

// Of the signed-rank test against Student's on normal noise: it needs so many more pairs (Hodges and Lehmann, "The
// efficiency of some nonparametric competitors of the t-test", Ann. Math. Statist. 27, 1956). On other noise it needs
// fewer.
constexpr double kEfficiency = 3 / std::numbers::pi;

enum class Direction { none, worse, better };

// The change that is significant at `level` and at least `least` in size.
Direction direction_of(const SignedRank& test, double change, double least, double level) {
  if (test.p_greater < level && change >= least) return Direction::worse;
  if (test.p_less < level && -change >= least) return Direction::better;
  return Direction::none;
}

Direction flag_of(const std::vector<double>& first, double delta, const Stages& stages) {
  const double change = hodges_lehmann(first).value;
  return direction_of(signed_rank(first), change, std::log1p(delta) / 2, stages.flag);
}

double p_of(const SignedRank& test, double change) { return change >= 0 ? test.p_greater : test.p_less; }

// What a stage asks of the mean of its pairs: to be significant, and at least `least`.
struct Hurdle {
  double least, noise_of_mean;
  double chance(double change) const { return normal_above((least - change) / noise_of_mean); }
};

Hurdle hurdle(int pairs, double noise, double level, double least) {
  const double of_mean = noise / std::sqrt(kEfficiency * static_cast<double>(pairs));
  return {.least = std::max(least, student_quantile(1 - level, pairs - 1) * of_mean), .noise_of_mean = of_mean};
}

}  // namespace

Stages stages_for(int pairs, int tests) {
  Stages stages{.first = pairs, .second = static_cast<int>(std::lround(kSecondStage * pairs))};
  stages.confirm = std::min(stages.confirm, kFalseAlarms / stages.flag / std::max(tests, 1));
  return stages;
}

bool is_flagged(const std::vector<double>& first, double delta, const Stages& stages) {
  return flag_of(first, delta, stages) != Direction::none;
}

Decision decide(const std::vector<double>& first, const std::vector<double>& second, double delta,
                const Stages& stages) {
  const double least = std::log1p(delta);
  const Direction flag = second.empty() ? Direction::none : flag_of(first, delta, stages);
  const std::vector<double>& decides = flag == Direction::none ? first : second;
  const SignedRank test = signed_rank(decides);
  Decision decision{.change = hodges_lehmann(decides), .pairs = {static_cast<int>(first.size())}};
  if (flag != Direction::none) decision.pairs.push_back(static_cast<int>(second.size()));
  decision.p = p_of(test, decision.change.value);
  decision.noise = noise_of(first);
  decision.detectable = detectable_effect(decision.noise, delta, stages);
  // Both stages must see it, and in the same direction: else two chances would be taken for one.
  const Direction seen = direction_of(test, decision.change.value, least, stages.confirm);
  if (flag == Direction::worse && seen == Direction::worse) {
    decision.word = Word::regressed;
  } else if (flag == Direction::better && seen == Direction::better) {
    decision.word = Word::improved;
  } else if (decision.change.high && *decision.change.high < least) {
    decision.word = Word::pass;
  }
  return decision;
}

double noise_of(const std::vector<double>& ratios) {
  if (ratios.size() < 2) return 0;
  double mean = 0, squares = 0;
  for (const double ratio : ratios) mean += ratio / static_cast<double>(ratios.size());
  for (const double ratio : ratios) squares += (ratio - mean) * (ratio - mean);
  return std::sqrt(squares / static_cast<double>(ratios.size() - 1));
}

double detectable_effect(double noise, double delta, const Stages& stages) {
  const double least = std::log1p(delta);
  if (noise <= 0) return least;
  const Hurdle first = hurdle(stages.first, noise, stages.flag, least / 2);
  const Hurdle second = hurdle(stages.second, noise, stages.confirm, least);
  double low = 0, high = least + 100 * noise;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (first.chance(middle) * second.chance(middle) < kPower ? low : high) = middle;
  }
  return high;
}

}  // namespace hitbench
