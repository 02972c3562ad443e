// What became of the operations of a row: the rules that need no machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/validity.h"
#include "tests/engine/scenario_text.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(AnswersValidity, ARowThatMeasuredNothingIsInvalid) {
  const std::vector<RowPlan> rows = plan_of(R"({"strategies": ["none"]})");
  RunResult result;
  judge({.row = rows.front(), .outcome = {}, .measured = std::chrono::seconds(1)}, result);
  EXPECT_FALSE(result.validity.valid);
  EXPECT_THAT(result.validity.reasons, ElementsAre(doubt("nothing-measured")));
}

// A server that is gone for a second must not win by what it did before.
TEST(AnswersValidity, ASecondInWhichEveryClientFailedIsAnOutage) {
  const std::vector<RowPlan> rows = plan_of(R"({"strategies": ["none"], "app": {"clients": 4}})");
  const auto judged = [&](uint64_t operations, uint64_t failed) {
    RunResult result;
    result.reads.miss = 1000;
    result.series = {{.second = 0, .operations = 1000, .reads = 1000}};
    result.series.push_back({.second = 1, .operations = operations, .reads = operations, .failed = failed});
    judge({.row = rows.front(), .outcome = {}, .measured = std::chrono::seconds(2)}, result);
    return result.validity;
  };
  EXPECT_TRUE(judged(5, 4).valid);
  EXPECT_TRUE(judged(3, 3).valid) << "too few to say";
  EXPECT_FALSE(judged(4, 4).valid);
  EXPECT_THAT(judged(4, 4).reasons, ElementsAre(doubt("server-away", HasSubstr("second 1:"))));
}

}  // namespace
}  // namespace hitbench
