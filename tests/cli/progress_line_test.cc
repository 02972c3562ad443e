#include "cli/progress_line.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

using std::chrono::seconds;

TEST(ProgressText, TellsTheRowsFiguresSoFarAndTheTimeLeft) {
  const RunProgress progress{.phase = "round 2/5", .row = "a/redis", .done = 0.25, .ops_s = 61'300, .p99_ns = 2.4e6};
  EXPECT_EQ(progress_text(progress, seconds(3)), "round 2/5: a/redis  61,300 ops/s, p99 2.40 ms, 9 s left");
}

TEST(ProgressText, HasNoFiguresBeforeThereAreAny) {
  EXPECT_EQ(progress_text({.phase = "setup", .row = "a/redis"}, seconds(0)), "setup: a/redis");
  EXPECT_EQ(progress_text({.phase = "check", .row = "a/redis", .done = 1}, seconds(9)), "check: a/redis");
}

}  // namespace
}  // namespace hitbench
