// Whether a row's figures are to be trusted, judged from what is known about it.
#include "engine/validity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

TEST(Validity, ARowThatMeasuredNothingIsInvalid) {
  const std::vector<RowPlan> rows = plan_of(R"({"strategies": ["none"]})");
  RunResult result;
  judge({.row = rows.front(), .outcome = {}, .measured = std::chrono::seconds(1)}, result);
  EXPECT_FALSE(result.validity.valid);
  EXPECT_THAT(result.validity.reasons, testing::ElementsAre("nothing was measured; raise measure"));
}

TEST(Validity, AchievedConcurrencyCountsReadsWritesAndDeletesByTheirOwnTimes) {
  const std::vector<RowPlan> rows = plan_of(R"({"strategies": ["none"]})");
  RunResult result;
  result.reads.miss = 1000;
  result.read.response.mean_ns = 1e6;
  result.writes = {.acknowledged = 90, .failed = 10};
  result.write.response.mean_ns = 20e6;
  result.deletes.acknowledged = 500;
  result.erase.response.mean_ns = 2e6;
  judge({.row = rows.front(), .outcome = {}, .measured = std::chrono::seconds(2)}, result);
  EXPECT_NEAR(*result.validity.achieved_concurrency, (1000 * 1e6 + 100 * 20e6 + 500 * 2e6) / 2e9, 1e-9);
}

}  // namespace
}  // namespace hitbench
