// Which connection a client's calls go over.
#include "cache/route.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace hitbench {
namespace {

constexpr Key kSome{1, "some"}, kOther{2, "other"};

TEST(SingleServerRoute, GivesClientsTheConnectionsInTurn) {
  SingleServerRoute route(3);
  std::vector<size_t> given;
  for (int client = 0; client < 7; ++client) {
    Call call;
    given.push_back(route.connection_of(kSome, call));
  }
  EXPECT_EQ(given, (std::vector<size_t>{0, 1, 2, 0, 1, 2, 0}));
}

TEST(SingleServerRoute, KeepsAClientOnItsConnectionWhateverTheKey) {
  SingleServerRoute route(2);
  Call first, second;
  EXPECT_EQ(route.connection_of(kSome, first), 0u);
  EXPECT_EQ(route.connection_of(kSome, second), 1u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(route.connection_of(kOther, first), 0u);
    EXPECT_EQ(route.connection_of(kOther, second), 1u);
  }
}

TEST(SingleServerRoute, GivesAnotherConnectionWhereThereIsNoneOfThatNumber) {
  SingleServerRoute route(2);
  Call call;
  call.seat = 5;  // of a cache with more connections
  EXPECT_EQ(route.connection_of(kSome, call), 0u);
  EXPECT_EQ(call.seat, 0);
}

TEST(SingleServerRoute, KeepsABatchTogether) {
  SingleServerRoute route(3);
  const std::array keys{kSome, kOther, kSome};
  EXPECT_EQ(route.count_together(keys), 3u);
}

TEST(SingleServerRoute, SendsEverybodyOverTheOnlyConnection) {
  SingleServerRoute route(1);
  Call first, second;
  EXPECT_EQ(route.connection_of(kSome, first), 0u);
  EXPECT_EQ(route.connection_of(kOther, second), 0u);
}

}  // namespace
}  // namespace hitbench
