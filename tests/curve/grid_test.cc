#include "curve/grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Grid, GoesFromOnePercentToAllOfTheFootprintByOneFactor) {
  EXPECT_THAT(first_grid(10'000, 5), ElementsAre(100, 316, 1000, 3162, 10'000));
}

TEST(Grid, HasEachSizeOnceWhereThereAreFew) {
  EXPECT_THAT(first_grid(3, 10), ElementsAre(1, 2, 3));
  EXPECT_THAT(first_grid(1, 10), ElementsAre(1));
}

TEST(Grid, IsRefinedWhereACurveChangesByMoreThanTwoPoints) {
  EXPECT_THAT(refinements({100, 400, 1600}, {{0.1, 0.11, 0.5}, {0.1, 0.1, 0.1}}, 10), ElementsAre(800));
}

TEST(Grid, IsRefinedInItsWidestGapsWhereNotAllHaveRoom) {
  EXPECT_THAT(refinements({1, 100, 10'000, 1'000'000}, {{0, 0.2, 0.9, 1}}, 1), ElementsAre(1000));
}

TEST(Grid, IsNotRefinedBetweenNeighboringSizes) { EXPECT_THAT(refinements({1, 2, 3}, {{0, 0.5, 1}}, 10), IsEmpty()); }

TEST(Knee, OfACurveThatRisesAndIsThenFlatIsTheCorner) {
  std::vector<CurveShape> points;
  for (uint64_t size = 1; size <= 100; ++size)
    points.push_back({size, size < 20 ? 0.04 * static_cast<double>(size) : 0.8});
  const auto knee = knee_of(points);
  ASSERT_TRUE(knee);
  EXPECT_EQ(20u, knee->size);
}

TEST(Knee, OfASquareRootIsAQuarter) {
  // The distance sqrt(x) - x is largest at 1/4.
  std::vector<CurveShape> points;
  for (uint64_t size = 1; size <= 1000; ++size) points.push_back({size, std::sqrt(static_cast<double>(size) / 1000)});
  EXPECT_EQ(250u, knee_of(points)->size);
}

TEST(Knee, IsNoneWhereEveryEntryBringsTheSame) {
  EXPECT_FALSE(knee_of({{1, 0.25}, {2, 0.5}, {4, 1}}));
  EXPECT_FALSE(knee_of({{1, 0}, {2, 0}}));
  EXPECT_FALSE(knee_of({}));
}

}  // namespace
}  // namespace hitbench
