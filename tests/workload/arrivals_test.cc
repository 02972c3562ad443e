#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

std::unique_ptr<Arrivals> open(double rate, const std::string& process, int processes = 1) {
  return make_arrivals(part("open", params({{"rate", rate}, {"process", process}})), {.processes = processes},
                       workload_registry());
}

TEST(ClosedArrivals, ThinkBetweenOperations) {
  const auto arrivals = make_closed_arrivals(
      params({{"think", std::make_shared<const Part>(part("fixed", params({{"value", Duration(7)}})))}}), {},
      workload_registry());
  Rng rng(1);
  EXPECT_EQ(arrivals->loop(), Arrivals::Loop::closed);
  EXPECT_EQ(arrivals->next_gap(rng), Duration(7));
}

TEST(BarrierArrivals, ComeAtTheirInterval) {
  const auto arrivals =
      make_barrier_arrivals(params({{"every", Duration(9)}, {"warm", false}}), {}, workload_registry());
  Rng rng(1);
  EXPECT_EQ(arrivals->loop(), Arrivals::Loop::barrier);
  EXPECT_EQ(arrivals->next_gap(rng), Duration(9));
}

TEST(OpenArrivals, HaveTheMeanAndVarianceOfAPoissonProcess) {
  const auto arrivals = open(2000, "poisson");
  constexpr int kDraws = 1'000'000;
  Rng rng(2);
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double gap = static_cast<double>(arrivals->next_gap(rng).count());
    sum += gap;
    squares += gap * gap;
  }
  const double mean = sum / kDraws, variance = squares / kDraws - mean * mean;
  EXPECT_EQ(arrivals->loop(), Arrivals::Loop::open);
  EXPECT_NEAR(mean, 500'000, 2500);  // 5 standard deviations
  EXPECT_NEAR(std::sqrt(variance) / 500'000, 1, 0.01);
}

// The largest distance between the gaps' distribution and the exponential one (Kolmogorov and Smirnov); above
// 1.63 / sqrt(n) with 1 % probability.
double distance_from_exponential(double rate) {
  const auto arrivals = open(2000, "poisson");
  constexpr int kDraws = 100'000;
  Rng rng(5);
  std::vector<double> gaps;
  for (int i = 0; i < kDraws; ++i) gaps.push_back(static_cast<double>(arrivals->next_gap(rng).count()) / 1e9);
  std::sort(gaps.begin(), gaps.end());
  double most = 0;
  for (size_t i = 0; i < gaps.size(); ++i) {
    const double below = 1 - std::exp(-rate * gaps[i]), rank = static_cast<double>(i);
    most = std::max({most, below - rank / kDraws, (rank + 1) / kDraws - below});
  }
  return most * std::sqrt(kDraws);
}

TEST(OpenArrivals, HaveExponentialGaps) {
  EXPECT_LT(distance_from_exponential(2000), 1.63);
  EXPECT_GT(distance_from_exponential(2040), 1.63) << "a rate that is 2 % off would show";
}

TEST(OpenArrivals, KeepTheirRateWhenAGapIsNoWholeNanosecond) {
  const auto arrivals = open(3e6, "constant");
  Rng rng(3);
  Duration all{0};
  for (int i = 0; i < 3'000'000; ++i) all += arrivals->next_gap(rng);
  EXPECT_NEAR(static_cast<double>(all.count()), 1e9, 2);
}

TEST(OpenArrivals, SplitTheRateOverTheProcesses) {
  const auto arrivals = open(1000, "constant", 4);
  Rng rng(4);
  EXPECT_EQ(arrivals->next_gap(rng), std::chrono::milliseconds(4));
}

TEST(OpenArrivals, SpreadConstantArrivalsEvenlyOverTheProcesses) {
  const auto constant = open(1000, "constant", 4);
  Rng rng(5);
  for (int process = 0; process < 4; ++process) {
    EXPECT_EQ(constant->first_due(process, rng), std::chrono::milliseconds(process));
  }
}

// How many are due in [from, to) seconds, over all processes.
int due_within(double rate, int processes, Duration from, Duration to) {
  int count = 0;
  for (int process = 0; process < processes; ++process) {
    const auto arrivals = open(rate, "constant", processes);
    Rng rng(1);
    for (Duration due = arrivals->first_due(process, rng); due < to; due += arrivals->next_gap(rng))
      count += due >= from;
  }
  return count;
}

// Gaps of 1/3 s or 1/7 s are no whole nanoseconds: cut off, they let one more come before the end.
TEST(OpenArrivals, AreRateTimesTimeWhateverAGapIs) {
  for (const int processes : {1, 2, 3, 7}) {
    EXPECT_EQ(due_within(3, processes, Duration{0}, std::chrono::seconds(30)), 90) << processes;
    EXPECT_EQ(due_within(7, processes, Duration{0}, std::chrono::seconds(1000)), 7000) << processes;
    EXPECT_EQ(due_within(0.3, processes, Duration{0}, std::chrono::seconds(100)), 30) << processes;
    EXPECT_EQ(due_within(2999, processes, Duration{0}, std::chrono::seconds(60)), 179'940) << processes;
    EXPECT_EQ(due_within(3, processes, std::chrono::seconds(10), std::chrono::seconds(11)), 3) << processes;
  }
}

TEST(OpenArrivals, BeginAPoissonProcessWithAGap) {
  const auto poisson = open(1000, "poisson", 4);
  Rng first(6), gap(6);
  EXPECT_EQ(poisson->first_due(3, first), open(1000, "poisson", 4)->next_gap(gap));
}

}  // namespace
}  // namespace hitbench
