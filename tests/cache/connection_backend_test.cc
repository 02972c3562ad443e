// What a private server counts against what we asked it.
#include "cache/connection_backend.h"

#include <gtest/gtest.h>

#include <string>

namespace hitbench {
namespace {

std::string disagreement_of(uint64_t counted, const Traffic& ours) { return disagreement(counted, ours, 6, 0); }

TEST(Disagreement, IsNoneWhereEachCommandIsOurs) {
  EXPECT_EQ(disagreement_of(106, {.begun = 100, .completed = 100}), "");
}

TEST(Disagreement, IsNoneWhereItIsUnknownWhatBecameOfARequest) {
  for (const uint64_t counted : {96u, 100u, 106u}) {
    EXPECT_EQ(disagreement_of(counted, {.begun = 100, .completed = 90}), "") << counted;
  }
}

TEST(Disagreement, IsOneCommandOfSomebodyElse) {
  const std::string words = disagreement_of(107, {.begun = 100, .completed = 100});
  EXPECT_EQ(words, "somebody else used this server: it counts 107 commands, hitbench had 106 answered and 106 begun");
}

TEST(Disagreement, IsACounterThatSomebodyReset) {
  EXPECT_NE(disagreement_of(95, {.begun = 100, .completed = 90}), "");
  EXPECT_EQ(disagreement(95, {.begun = 100, .completed = 90}, 6, 3), "") << "a visit of ours may not have come through";
}

TEST(Disagreement, HasNoUpperBoundWhereScriptsRunWhatTheyLike) {
  EXPECT_EQ(disagreement_of(100'000, {.begun = 100, .completed = 100, .bounded = false}), "");
  EXPECT_NE(disagreement_of(105, {.begun = 100, .completed = 100, .bounded = false}), "");
}

TEST(Traffic, IsBoundedOnlyWhereAllOfItIs) {
  Traffic all{.begun = 1, .completed = 1};
  all.add({.begun = 5, .completed = 3, .bounded = false});
  all.add({.begun = 1, .completed = 0});
  EXPECT_EQ(all.begun, 7u);
  EXPECT_EQ(all.completed, 4u);
  EXPECT_FALSE(all.bounded);
}

}  // namespace
}  // namespace hitbench
