#include "metrics/add_counters.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

TEST(AddCounters, AddsFieldByField) {
  BackgroundResult sum{.tasks = 1, .refused = 20};
  add_counters(sum, BackgroundResult{.tasks = 300, .refused = 4000});
  EXPECT_EQ(sum.tasks, 301u);
  EXPECT_EQ(sum.refused, 4020u);
}

TEST(AddCounters, LeavesNullWhatNobodyCounted) {
  BackgroundResult sum;
  add_counters(sum, BackgroundResult{.tasks = 3, .refused = {}});
  add_counters(sum, BackgroundResult{});
  EXPECT_EQ(sum.tasks, 3u);
  EXPECT_FALSE(sum.refused.has_value());
}

}  // namespace
}  // namespace hitbench
