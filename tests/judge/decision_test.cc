#include "judge/decision.h"

#include <gmock/gmock.h>

#include "tests/judge/simulated_noise.h"

namespace hitbench {
namespace {

// The pairs of one metric, their order random: ln(candidate / base).
class Pairs {
 public:
  Pairs(NoiseKind kind, double size, double change, uint64_t seed)
      : noise_(kind, size, seed), order_(seed, 1), change_(change) {}

  std::vector<double> next(int count) {
    std::vector<double> pairs;
    for (int i = 0; i < count; ++i) {
      const double first = noise_.next(), second = noise_.next();
      pairs.push_back(change_ + (order_.below(2) == 0 ? first - second : second - first));
    }
    return pairs;
  }

 private:
  SimulatedNoise noise_;
  Rng order_;
  const double change_;
};

constexpr double kDelta = 0.05;

Word gate_once(Pairs& pairs, const Stages& stages) {
  const std::vector<double> first = pairs.next(stages.first);
  const std::vector<double> second =
      is_flagged(first, kDelta, stages) ? pairs.next(stages.second) : std::vector<double>();
  return decide(first, second, kDelta, stages).word;
}

// How many of `gates` gates of `tests` metrics cry wolf although nothing differs.
int false_alarms(NoiseKind kind, double size, int gates, int tests) {
  const Stages stages = stages_for(10, tests);
  int alarms = 0;
  for (int gate = 0; gate < gates; ++gate) {
    bool alarm = false;
    for (int test = 0; test < tests; ++test) {
      Pairs pairs(kind, size, 0, static_cast<uint64_t>(gate * tests + test));
      alarm = gate_once(pairs, stages) == Word::regressed || alarm;
    }
    alarms += alarm ? 1 : 0;
  }
  return alarms;
}

// The promise: under 1 % of gates, whatever the noise. 2,000 gates of 20 metrics for each kind. The noise is so large
// that delta stops nothing, which leaves the two tests alone to keep it; their levels allow 14 alarms in 2,000.
TEST(Decision, CriesWolfInUnderOnePercentOfGates) {
  for (const NoiseKind kind : kAllNoises) {
    const int alarms = false_alarms(kind, 0.20, 2000, 20);
    RecordProperty(name_of(kind), alarms);
    EXPECT_LT(alarms, 20) << name_of(kind);
  }
}

TEST(Decision, KeepsThePromiseForManyMetrics) {
  EXPECT_NEAR(stages_for(10, 20).confirm, 0.01, 1e-12);
  EXPECT_NEAR(stages_for(10, 200).confirm, 0.001, 1e-12);
  EXPECT_LE(false_alarms(NoiseKind::heavy_tailed, 0.1, 200, 200), 2) << "1 %";
}

int found(NoiseKind kind, double size, double change, int gates) {
  int regressed = 0;
  for (int gate = 0; gate < gates; ++gate) {
    Pairs pairs(kind, size, change, 7'000'000 + static_cast<uint64_t>(gate));
    regressed += gate_once(pairs, stages_for(10, 5)) == Word::regressed ? 1 : 0;
  }
  return regressed;
}

TEST(Decision, FindsTwentyPercentMore) {
  for (const NoiseKind kind : {NoiseKind::normal, NoiseKind::heavy_tailed, NoiseKind::drifting}) {
    EXPECT_GE(found(kind, 0.05, std::log(1.20), 200), 198) << name_of(kind);
  }
  EXPECT_GE(found(NoiseKind::drifting, 0.10, std::log(1.20), 200), 190);
}

TEST(Decision, FindsAnImprovementAndNeverFailsForOne) {
  Pairs pairs(NoiseKind::normal, 0.02, -std::log(1.20), 3);
  EXPECT_EQ(gate_once(pairs, stages_for(10, 5)), Word::improved);
}

// What a verdict says that it would find is found four times in five.
TEST(Decision, FindsWhatItCallsDetectableFourTimesInFive) {
  for (const double size : {0.02, 0.05, 0.10}) {
    const double noise = std::sqrt(2) * size;  // of a pair
    const double change = detectable_effect(noise, kDelta, stages_for(10, 5));
    const int times = found(NoiseKind::normal, size, change, 1000);
    RecordProperty("found" + std::to_string(size), times);
    EXPECT_GT(times, 720) << size;
    EXPECT_LT(times, 860) << size;
  }
}

TEST(Decision, PassesOnlyWhenAWorseningIsExcluded) {
  const Stages stages = stages_for(10, 1);
  const std::vector<double> quiet{0.01, -0.01, 0.005, 0.0, -0.004, 0.008, -0.006, 0.002, -0.003, 0.004};
  EXPECT_EQ(decide(quiet, {}, kDelta, stages).word, Word::pass);
  std::vector<double> noisy = quiet;
  for (double& pair : noisy) pair *= 30;
  const Decision decision = decide(noisy, {}, kDelta, stages);
  EXPECT_EQ(decision.word, Word::inconclusive);
  EXPECT_GT(std::expm1(decision.detectable), 0.10);
}

TEST(Decision, TheSecondStageAloneDecides) {
  const Stages stages = stages_for(10, 1);
  const std::vector<double> bad(10, 0.3), good(15, 0.0);
  ASSERT_TRUE(is_flagged(bad, kDelta, stages));
  const Decision decision = decide(bad, good, kDelta, stages);
  EXPECT_EQ(decision.word, Word::pass);
  EXPECT_EQ(decision.change.value, 0);
  EXPECT_EQ(decision.pairs, (std::vector<int>{10, 15}));
  EXPECT_EQ(decide(bad, std::vector<double>(15, 0.3), kDelta, stages).word, Word::regressed);
}

// A metric that looked better by chance and then worse by chance has shown nothing.
TEST(Decision, NeedsBothStagesToSeeTheSameDirection) {
  const Stages stages = stages_for(10, 1);
  EXPECT_EQ(decide(std::vector<double>(10, -0.3), std::vector<double>(15, 0.3), kDelta, stages).word,
            Word::inconclusive);
}

TEST(Decision, IgnoresWhatIsSignificantAndTooSmall) {
  const Stages stages = stages_for(10, 1);
  EXPECT_FALSE(is_flagged(std::vector<double>(10, 0.02), kDelta, stages));
  EXPECT_EQ(decide(std::vector<double>(10, 0.03), std::vector<double>(15, 0.03), kDelta, stages).word, Word::pass);
}

}  // namespace
}  // namespace hitbench
