#include "search/rate_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace hitbench {
namespace {

using ::testing::ElementsAre;

using TryRate = std::function<Tried(double rate)>;

HighestRate find_highest_rate(const RateLimits& limits, const TryRate& keeps) {
  RateSearch search(limits);
  while (const std::optional<double> rate = search.next()) search.tell(keeps(*rate));
  return search.result();
}

struct Server {
  double capacity;
  double told_from = 0;  // at lower rates nothing can be told
  std::vector<double> tried = {};
  std::vector<size_t> wrong = {};  // tries, from 0, of which the contrary is said
  std::vector<size_t> disturbed = {};

  TryRate keeps() {
    return [this](double rate) {
      const bool lies = std::find(wrong.begin(), wrong.end(), tried.size()) != wrong.end();
      const bool is_disturbed = std::find(disturbed.begin(), disturbed.end(), tried.size()) != disturbed.end();
      tried.push_back(rate);
      if (is_disturbed) return Tried::disturbed;
      if (rate < told_from) return Tried::too_low_to_tell;
      return (rate <= capacity) != lies ? Tried::kept : Tried::broken;
    };
  }
};

void expect_close(Server& server, double first) {
  const std::optional<double> found = find_highest_rate({.first = first}, server.keeps()).rate;
  ASSERT_TRUE(found.has_value()) << server.capacity;
  EXPECT_LE(*found, server.capacity);
  EXPECT_GE(*found * 1.05, server.capacity * 0.999);
  EXPECT_GE(std::count(server.tried.begin(), server.tried.end(), *found), 2) << "a single try is no proof";
}

void expect_no_rate(Server& server, double first, bool none, double lowest_tried) {
  const HighestRate found = find_highest_rate({.first = first}, server.keeps());
  EXPECT_EQ(found.rate, std::nullopt);
  EXPECT_EQ(found.none, none);
  EXPECT_GE(*std::min_element(server.tried.begin(), server.tried.end()), lowest_tried);
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
  EXPECT_EQ(find_highest_rate({.first = 1000, .precision = 0.3}, server.keeps()).rate, 3360);
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
  expect_no_rate(server, 100, true, 1);
}

TEST(RateSearch, FindsNothingWhereNothingBreaks) {
  Server server{.capacity = 1e300};
  const HighestRate found = find_highest_rate({}, server.keeps());
  EXPECT_EQ(found.rate, std::nullopt);
  EXPECT_FALSE(found.none);
  EXPECT_EQ(server.tried.size(), 60u);
}

TEST(RateSearch, GoesUpFromARateThatIsTooLowToTell) {
  Server server{.capacity = 12'345, .told_from = 3000};
  expect_close(server, 1000);
  EXPECT_THAT(std::vector<double>(server.tried.begin(), server.tried.begin() + 5),
              ElementsAre(1000, 2000, 4000, 8000, 16'000));
}

TEST(RateSearch, TellsNothingWhereWhatIsAboveARateTooLowToTellBreaks) {
  Server server{.capacity = 1500, .told_from = 3000};
  expect_no_rate(server, 1000, false, 1000);
  EXPECT_LT(server.tried.size(), 20u);
}

TEST(RateSearch, FindsNothingWhereAllThatCanBeToldBreaks) {
  Server server{.capacity = 0, .told_from = 30};
  expect_no_rate(server, 1000, true, 15);
}

TEST(RateSearch, FindsWhatIsKeptBetweenARateTooLowToTellAndOneThatBreaks) {
  Server server{.capacity = 700, .told_from = 600};
  expect_close(server, 1000);
}

TEST(RateSearch, ARateThatWasKeptOnceAndIsThenTooLowToTellIsNotFound) {
  for (const double first : {1000, 2000}) {  // is kept, breaks
    int confirmed = 0;
    const auto keeps = [&](double rate) {
      if (rate > 1000) return Tried::broken;
      return ++confirmed == 1 ? Tried::kept : Tried::too_low_to_tell;
    };
    const HighestRate found = find_highest_rate({.first = first, .precision = 1}, keeps);
    EXPECT_EQ(found.rate, std::nullopt);
    EXPECT_FALSE(found.none) << "1000/s was kept";
  }
}

TEST(RateSearch, BeginsBelowTheLowestRateWhereItIsToldTo) {
  Server server{.capacity = 0.8};
  expect_close(server, 0.5);
}

TEST(RateSearch, TriesARateAgainThatTheMachineDisturbed) {
  for (size_t first = 0; first < 7; ++first) {
    Server server{.capacity = 3500, .disturbed = {first, first + 1}};
    EXPECT_EQ(find_highest_rate({.first = 1000, .precision = 0.3}, server.keeps()).rate, 3360) << first;
    EXPECT_EQ(server.tried.size(), 9u) << "seven and the two that were disturbed";
  }
}

TEST(RateSearch, TriesAnUnclearRateOnceMoreWhenALowerOneWasKept) {
  Server server{.capacity = 3500, .disturbed = {1, 2, 3}};
  EXPECT_EQ(find_highest_rate({.first = 1000, .precision = 0.3}, server.keeps()).rate, 3360);
  EXPECT_THAT(server.tried, ElementsAre(1000, 2000, 2000, 2000, 2000, 4000, 4000, 2830, 3360, 3360));
}

TEST(RateSearch, GoesOnBelowARateThatStaysUnclear) {
  const auto keeps = [](double rate) { return rate > 1500 ? Tried::disturbed : Tried::kept; };
  const HighestRate found = find_highest_rate({.first = 1000, .precision = 0.3}, keeps);
  EXPECT_EQ(found.rate, 1410) << "halfway between 1,000 and 2,000, and within 30 % of what is unclear from there on";
}

TEST(RateSearch, FindsARateBelowAnyThatTheMachineDisturbsOnceOneIsKept) {
  for (int capacity = 50; capacity <= 5000; ++capacity) {
    for (const double first : {50.0, 1000.0}) {
      if (first > 8 * capacity) continue;  // four rates in a row are disturbed
      int tries = 0;
      const auto keeps = [&](double rate) { return ++tries, rate <= capacity ? Tried::kept : Tried::disturbed; };
      const std::optional<double> found = find_highest_rate({.first = first}, keeps).rate;
      ASSERT_TRUE(found.has_value()) << capacity << " from " << first;
      EXPECT_LE(*found, capacity);
      EXPECT_GT(*found * 1.05, capacity * 0.999) << "from " << first;
      EXPECT_LE(tries, 60);
    }
  }
}

TEST(RateSearch, FindsNothingAndBlamesNobodyWhereTheMachineDisturbsEverything) {
  int tries = 0;
  const HighestRate found = find_highest_rate({}, [&](double) { return ++tries, Tried::disturbed; });
  EXPECT_EQ(found.rate, std::nullopt);
  EXPECT_FALSE(found.none);
  EXPECT_EQ(tries, 12) << "three tries of four rates";
}

TEST(RateSearch, ARateThatWasKeptOnceAndThenDisturbedIsNotFound) {
  int tries = 0;
  const auto keeps = [&](double rate) {
    if (rate > 1000) return Tried::broken;
    return ++tries == 1 ? Tried::kept : Tried::disturbed;
  };
  const HighestRate found = find_highest_rate({.first = 1000, .precision = 1}, keeps);
  EXPECT_EQ(found.rate, std::nullopt);
  EXPECT_FALSE(found.none);
}

TEST(RateSearch, NeverFindsARateFromDisturbedTries) {
  // What is broken above the capacity and disturbed at random below it, in every pattern of twelve tries.
  for (unsigned pattern = 0; pattern < 4096; ++pattern) {
    Server server{.capacity = 3500};
    for (size_t i = 0; i < 12; ++i) {
      if ((pattern >> i & 1) != 0) server.disturbed.push_back(i);
    }
    const HighestRate found = find_highest_rate({.first = 1000}, server.keeps());
    if (found.rate) {
      EXPECT_LE(*found.rate, 3500) << pattern;
    }
    EXPECT_FALSE(found.none) << pattern;
    EXPECT_LE(server.tried.size(), 60u) << pattern;
  }
}

TEST(RateSearch, EndsWithAnInterruption) {
  for (const int last : {1, 2}) {
    int tries = 0;
    const auto keeps = [&](double) { return ++tries == last ? Tried::stop : Tried::kept; };
    const HighestRate found = find_highest_rate({}, keeps);
    EXPECT_EQ(found.rate, std::nullopt);
    EXPECT_FALSE(found.none);
    EXPECT_EQ(tries, last);
  }
}

// 500/s have too few values; it is the rates above that would have told.
TEST(RateSearch, SaysWhereTheMachineDecided) {
  std::vector<PastTry> tries(3, {.rate = 2000, .tried = Tried::disturbed, .why = "2 ms"});
  tries.insert(tries.end(), 2, {.rate = 4000, .tried = Tried::broken, .why = "9 ms"});
  tries.push_back({.rate = 1000, .tried = Tried::broken, .why = "5 ms"});
  tries.insert(tries.end(), 2, {.rate = 1000, .tried = Tried::disturbed, .why = "3 ms, which is the machine's"});
  tries.push_back({.rate = 500, .tried = Tried::too_low_to_tell, .why = "not measured"});
  EXPECT_EQ(disturbed_words(tries),
            "this machine disturbed 2 of 3 measurements at 1000/s (the last: 3 ms, which is the machine's), 3 of 3 at "
            "2000/s");
  tries.push_back({.rate = 1000, .tried = Tried::broken, .why = "5 ms"});
  EXPECT_EQ(disturbed_words(tries), "") << "it broke after all";
  EXPECT_EQ(disturbed_words({{.rate = 500, .tried = Tried::kept, .why = ""},
                             {.rate = 800, .tried = Tried::disturbed, .why = "a gap"}}),
            "this machine disturbed 1 of 1 measurement at 800/s (the last: a gap)");
  EXPECT_EQ(disturbed_words({{.rate = 500, .tried = Tried::too_low_to_tell, .why = "not measured"}}), "");
}

}  // namespace
}  // namespace hitbench
