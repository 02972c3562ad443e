#include <gtest/gtest.h>

#include "report/report.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

TEST(Json, IsTheResultItself) {
  const Result result = sample::two_caches();
  EXPECT_EQ(report_json(result, {}), result_to_json(result));
}

TEST(Json, MayBeLimitedToRows) {
  const Result read = result_from_json(report_json(sample::two_caches(), {.rows = {"cache-aside/redis"}}), "test");
  ASSERT_EQ(read.runs.size(), 1u);
  EXPECT_EQ(read.runs[0].name, "cache-aside/redis");
}

}  // namespace
}  // namespace hitbench
