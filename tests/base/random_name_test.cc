#include "base/random_name.h"

#include <gtest/gtest.h>

#include <set>

namespace hitbench {
namespace {

TEST(RandomName, Has130BitsAndNeverTheSame) {
  std::set<std::string> seen;
  std::set<char> digits;
  for (int i = 0; i < 100; ++i) {
    const std::string name = random_name();
    EXPECT_EQ(name.size(), 26u);
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
    digits.insert(name.begin(), name.end());
    seen.insert(name);
  }
  EXPECT_EQ(seen.size(), 100u);
  EXPECT_EQ(digits.size(), 32u);  // of 2,600 drawn, one is missing in 1 of 10^34 tries
}

}  // namespace
}  // namespace hitbench
