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

}  // namespace
}  // namespace hitbench
