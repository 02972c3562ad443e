// The order in which faults begin and end.
#include <gtest/gtest.h>

#include "faults/faults.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

constexpr Time kStart{100s};

// What is left of the schedule, as "+0 -0 +1": number of the fault, begun or healed.
std::string taken(FaultSteps& steps, Time now) {
  std::string text;
  while (const auto step = steps.take(now)) {
    text += (text.empty() ? "" : " ") + std::string(step->heals ? "-" : "+") + std::to_string(step->number);
  }
  return text;
}

TEST(FaultSteps, ComeInTheOrderOfTheirTimes) {
  FaultSteps steps({{.at = 5s, .lasts = 1s}, {.at = 2s, .lasts = 10s}, {.at = 3s}}, kStart, kStart + 60s);
  EXPECT_EQ(steps.next_due(), kStart + 2s);
  EXPECT_EQ(taken(steps, kStart + 3s), "+1 +2 -2");
  EXPECT_EQ(taken(steps, kStart + 5s), "+0");
  EXPECT_EQ(taken(steps, kStart + 30s), "-0 -1");
  EXPECT_EQ(steps.next_due(), kNever);
}

TEST(FaultSteps, OneEndsBeforeTheNextBeginsAtTheSameTime) {
  FaultSteps steps({{.at = 2s, .lasts = 1s}, {.at = 3s}}, kStart, kStart + 60s);
  EXPECT_EQ(taken(steps, kStart + 3s), "+0 -0 +1 -1");
}

TEST(FaultSteps, WhatOutlastsThePhaseEndsWithIt) {
  FaultSteps steps({{.at = 2s, .lasts = kForever}, {.at = 3s, .lasts = 1h}}, kStart, kStart + 10s);
  EXPECT_EQ(taken(steps, kStart + 9s), "+0 +1");
  EXPECT_EQ(taken(steps, kStart + 10s), "-0 -1");
}

TEST(FaultSteps, APhaseThatEndsEarlyHealsWhatHasBegunOnly) {
  FaultSteps steps({{.at = 2s, .lasts = 9s}, {.at = 5s, .lasts = 1s}}, kStart, kNever);
  EXPECT_EQ(taken(steps, kStart + 3s), "+0");
  const std::vector<FaultStep> open = steps.finish();
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].number, 0u);
  EXPECT_TRUE(open[0].heals);
  EXPECT_EQ(steps.next_due(), kNever);
}

}  // namespace
}  // namespace hitbench
