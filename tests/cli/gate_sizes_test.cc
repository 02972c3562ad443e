#include "cli/gate_sizes.h"

#include <gtest/gtest.h>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

std::vector<RowPlan> rows_of(const std::vector<std::string>& arrivals) {
  std::vector<RowPlan> rows;
  for (const std::string& each : arrivals) {
    for (const RowPlan& row : plan_of(R"({"strategies": ["none"], "workload": {"arrivals": )" + each + "}}")) {
      rows.push_back(row);
    }
  }
  return rows;
}

TEST(GateSizes, OfASweepOverTheLoopTheSlowestRowCounts) {
  const std::string closed = R"({"loop": "closed"})", open = R"({"loop": "open", "rate": 100})";
  EXPECT_EQ(timed_ops_s_of_slowest(rows_of({open, closed}), 5000, 1), 100);
  EXPECT_EQ(timed_ops_s_of_slowest(rows_of({closed, open}), 5000, 1), 100);
  EXPECT_EQ(timed_ops_s_of_slowest(rows_of({open, closed}), 40, 1), 40);
  EXPECT_EQ(timed_ops_s_of_slowest(rows_of({open}), 40, 2), 50) << "a trial is short for an open loop";
  EXPECT_EQ(timed_ops_s_of_slowest(rows_of({closed}), 5000, 2), 5000) << "of timed ones, as tried";
  EXPECT_EQ(timed_ops_s_of_slowest(rows_of({open}), 0, 1), 0) << "nothing was tried";
}

}  // namespace
}  // namespace hitbench
