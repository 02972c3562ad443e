#include "engine/rate_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace hitbench {
namespace {

using ::testing::ElementsAre;

struct Server {
  double capacity;
  std::vector<double> tried = {};
  std::vector<size_t> wrong = {};  // tries, from 0, of which the contrary is said

  TryRate keeps() {
    return [this](double rate) -> std::optional<bool> {
      const bool lies = std::find(wrong.begin(), wrong.end(), tried.size()) != wrong.end();
      tried.push_back(rate);
      return (rate <= capacity) != lies;
    };
  }
};

void expect_close(Server& server, double first) {
  const std::optional<double> found = find_highest_rate({.first = first}, server.keeps());
  ASSERT_TRUE(found.has_value()) << server.capacity;
  EXPECT_LE(*found, server.capacity);
  EXPECT_GE(*found * 1.05, server.capacity * 0.999);
  EXPECT_GE(std::count(server.tried.begin(), server.tried.end(), *found), 2) << "a single try is no proof";
}

TEST(RateSearch, ClosesInOnTheCapacityFromBelowAndFromAbove) {
  for (const double capacity : {3.0, 47.0, 1000.0, 12'345.0, 3e6}) {
    for (const double first : {1.0, 1000.0, 1e6}) {
      Server server{.capacity = capacity};
      expect_close(server, first);
      EXPECT_LE(server.tried.size(), 48u);
    }
  }
}

TEST(RateSearch, TriesTwiceAsMuchUntilItBreaksThenHalfway) {
  Server server{.capacity = 3500};
  EXPECT_EQ(find_highest_rate({.first = 1000, .precision = 0.3}, server.keeps()), std::optional<double>(3360));
  EXPECT_THAT(server.tried, ElementsAre(1000, 2000, 4000, 4000, 2830, 3360, 3360));
}

TEST(RateSearch, BelievesNoSingleBreak) {
  for (size_t wrong = 0; wrong < 4; ++wrong) {
    Server server{.capacity = 12'345, .wrong = {wrong}};
    expect_close(server, 1000);
  }
}

TEST(RateSearch, BelievesNoSingleKeptRate) {
  // 1000 ... 8000 are kept, 16,000 breaks and then seems to be kept.
  Server server{.capacity = 12'345, .wrong = {5}};
  expect_close(server, 1000);
}

TEST(RateSearch, FindsNothingWhereNothingIsKept) {
  Server server{.capacity = 0};
  EXPECT_EQ(find_highest_rate({.first = 100}, server.keeps()), std::nullopt);
  EXPECT_GE(server.tried.back(), 1);
}

TEST(RateSearch, FindsNothingWhereNothingBreaks) {
  Server server{.capacity = 1e300};
  EXPECT_EQ(find_highest_rate({}, server.keeps()), std::nullopt);
  EXPECT_EQ(server.tried.size(), 60u);
}

TEST(RateSearch, EndsWithAnInterruption) {
  int tries = 0;
  const auto keeps = [&](double) { return ++tries == 2 ? std::nullopt : std::optional<bool>(true); };
  EXPECT_EQ(find_highest_rate({}, keeps), std::nullopt);
  EXPECT_EQ(tries, 2);
}

}  // namespace
}  // namespace hitbench
