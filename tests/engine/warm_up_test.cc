#include "engine/warm_up.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hitbench {
namespace {

using namespace std::chrono_literals;

// A row of constant speed whose hit ratio approaches 90 % with its operations, or stays where it is.
struct Scripted {
  double speed;          // operations per second
  double half_life = 1;  // operations until half of the way is gone
  bool has_cache = true;
  uint64_t clients = 1;
  Duration ttl = kForever;
  uint64_t done = 0, drawn = 0, performed = 0;
  Duration took{0};

  WarmingRow row() {
    WarmingRow row;
    row.rule = {.has_cache = has_cache, .window_reads = 40'000, .ttl = ttl, .keys = 100'000};
    row.clients = clients;
    row.run = [this](const StretchOrder& order) { return run(order); };
    return row;
  }

  std::optional<WarmStretch> run(const StretchOrder& order) {
    EXPECT_EQ(order.drawn % clients, 0u);
    auto operations = order.performed;
    if (order.at_most > 0s) {
      const double fit = std::chrono::duration<double>(order.at_most).count() * speed;
      operations = std::min(operations, static_cast<uint64_t>(std::max(fit, 1.0)));
    }
    const double ratio = 0.9 * (1 - std::exp2(-static_cast<double>(done) / half_life));
    const auto time =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(static_cast<double>(operations) / speed));
    done += order.drawn + operations, drawn += order.drawn, performed += operations, took += time;
    const auto hits = static_cast<uint64_t>(ratio * static_cast<double>(operations));
    return WarmStretch{.operations = order.drawn + operations,
                       .reads = operations,
                       .hits = hits,
                       .misses = operations - hits,
                       .first_misses = 0,
                       .evictions = 0,
                       .entries = 0,
                       .took = time};
  }
};

std::vector<WarmedUp> warm_up(std::vector<Scripted>& scripts, const WarmUpGoal& goal) {
  std::vector<WarmingRow> rows;
  for (Scripted& script : scripts) rows.push_back(script.row());
  return warm_up_together(rows, goal);
}

constexpr WarmUpGoal kSteady{.steady = true, .operations = 0, .most = 0, .limit = 30s};

TEST(WarmUp, IsTheSameNumberOfOperationsForAllAndTheSlowestToBecomeSteadyDecides) {
  std::vector<Scripted> scripts = {{.speed = 1e6}, {.speed = 80'000, .half_life = 50'000}, {.speed = 30'000}};
  const std::vector<WarmedUp> warmed = warm_up(scripts, kSteady);
  for (size_t i = 0; i < scripts.size(); ++i) {
    EXPECT_EQ(scripts[i].done, scripts[1].done) << i;
    EXPECT_EQ(warmed[i].operations, scripts[1].done) << i;
    EXPECT_TRUE(warmed[i].steadiness.steady()) << i;
  }
  // From n to n + 120,000 operations it moves by 0.9 * 2^(-n / 50,000) * (1 - 2^-2.4): 0.005 at n = 359,400. The first
  // of the four windows of 40,000 that are compared begins there, or less than a window later.
  EXPECT_GE(scripts[1].done, 359'000u + 160'000u);
  EXPECT_LE(scripts[1].done, 360'000u + 200'000u);
}

TEST(WarmUp, EndsForAllWhenTheSlowestHasSpentItsTime) {
  std::vector<Scripted> scripts = {{.speed = 1e6}, {.speed = 10}};
  const std::vector<WarmedUp> warmed = warm_up(scripts, kSteady);
  EXPECT_EQ(scripts[0].done, scripts[1].done);
  EXPECT_FALSE(warmed[1].steadiness.steady());
  EXPECT_GE(warmed[1].took, 27s);
  EXPECT_LE(warmed[1].took, 30s);
}

TEST(WarmUp, OfARowThatIsSlowerThanAnythingEndsByTwiceTheLimit) {
  std::vector<Scripted> scripts = {{.speed = 0.1}, {.speed = 1000}};
  warm_up(scripts, kSteady);
  EXPECT_LE(scripts[0].took, 60s);
}

TEST(WarmUp, DrawsWhatARowWithoutACacheNeedNotPerform) {
  std::vector<Scripted> scripts = {{.speed = 100, .has_cache = false, .clients = 8}, {.speed = 80'000, .clients = 8}};
  warm_up(scripts, kSteady);
  EXPECT_EQ(scripts[0].done, scripts[1].done);
  EXPECT_GE(scripts[1].done, 160'000u);
  EXPECT_LE(scripts[0].took, 4s) << "160,000 operations would have taken it 27 minutes";
  EXPECT_GT(scripts[0].performed, 32u);
}

TEST(WarmUp, StopsWhereNoTtlWillBeSeen) {
  std::vector<Scripted> scripts = {{.speed = 80'000, .ttl = 60s}};
  const std::vector<WarmedUp> warmed = warm_up(scripts, kSteady);
  EXPECT_FALSE(warmed[0].steadiness.steady());
  EXPECT_LE(warmed[0].took, 5s);
}

TEST(WarmUp, SeesFourTtlsWhereTheyFit) {
  std::vector<Scripted> scripts = {{.speed = 80'000, .ttl = 5s}};
  const std::vector<WarmedUp> warmed = warm_up(scripts, kSteady);
  EXPECT_TRUE(warmed[0].steadiness.steady());
  EXPECT_GE(warmed[0].took, 20s);
}

TEST(WarmUp, OfAGivenNumberIsThatNumber) {
  std::vector<Scripted> scripts = {{.speed = 80'000, .half_life = 1e9},
                                   {.speed = 10, .has_cache = false, .clients = 3}};
  warm_up(scripts, {.steady = true, .operations = 123'457, .most = 0, .limit = 0s});
  EXPECT_EQ(scripts[0].done, 123'457u);
  EXPECT_EQ(scripts[1].done, 123'457u);
}

// 160,000 operations are four windows.
TEST(WarmUp, OfAGivenNumberTellsWhetherItIsSteady) {
  std::vector<Scripted> scripts = {{.speed = 80'000}};
  EXPECT_TRUE(warm_up(scripts, {.steady = true, .operations = 250'000, .most = 0, .limit = 0s})[0].steadiness.steady());
  scripts = {{.speed = 80'000}};
  EXPECT_FALSE(
      warm_up(scripts, {.steady = true, .operations = 150'000, .most = 0, .limit = 0s})[0].steadiness.steady());
}

TEST(WarmUp, OfAGivenNumberEndsAtItsLimit) {
  std::vector<Scripted> scripts = {{.speed = 10}, {.speed = 1e6}};  // one client, 100 ms
  warm_up(scripts, {.steady = false, .operations = 20'000, .most = 0, .limit = 10s});
  EXPECT_LE(scripts[0].took, 10s);
  EXPECT_GE(scripts[0].took, 9s);
  EXPECT_EQ(scripts[0].done, scripts[1].done);
}

TEST(WarmUp, EndsAtTheMostOperations) {
  std::vector<Scripted> scripts = {{.speed = 1000, .half_life = 1e7}};
  warm_up(scripts, {.steady = true, .operations = 0, .most = 1'000'000, .limit = 0s});
  EXPECT_EQ(scripts[0].done, 1'000'000u);
}

TEST(WarmUp, GoesOnWithoutARowThatIsGone) {
  std::vector<Scripted> scripts = {{.speed = 80'000}};
  std::vector<WarmingRow> rows = {scripts[0].row(), scripts[0].row()};
  rows[1].run = [](const StretchOrder&) { return std::nullopt; };
  EXPECT_TRUE(warm_up_together(rows, kSteady)[0].steadiness.steady());
}

}  // namespace
}  // namespace hitbench
