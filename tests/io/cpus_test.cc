#include "io/cpus.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

TEST(Cpus, AreNumbersAndRanges) {
  EXPECT_EQ(parse_cpus("0"), std::vector{0});
  EXPECT_EQ(parse_cpus("0-1,3"), (std::vector{0, 1, 3}));
  EXPECT_EQ(parse_cpus("7,2-4,3"), (std::vector{2, 3, 4, 7}));
  for (const char* wrong : {"", "a", "1-", "-1", "1,", ",1", "3-1", "1 2", "0x1", "1.5", "99999", "1-99999999999999"}) {
    EXPECT_EQ(parse_cpus(wrong), std::nullopt) << wrong;
  }
}

TEST(Cpus, AreSpelledAsTheyAreRead) {
  EXPECT_EQ(cpus_text({0}), "0");
  EXPECT_EQ(cpus_text({0, 1, 3, 5, 6, 7}), "0-1,3,5-7");
  EXPECT_EQ(cpus_text({}), "");
}

TEST(Cpus, OfThisProcessAreThoseThatItMayUse) {
  const std::vector<int> all = allowed_cpus();
  ASSERT_FALSE(all.empty());
  ASSERT_TRUE(keep_on_cpus(0, {all.back()}));
  EXPECT_EQ(allowed_cpus(), std::vector{all.back()});
  EXPECT_FALSE(keep_on_cpus(0, {1023})) << "which is not there";
  EXPECT_TRUE(keep_on_cpus(0, all));
  EXPECT_EQ(allowed_cpus(), all);
}

}  // namespace
}  // namespace hitbench
