#include "metrics/doubt.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

TEST(Doubt, FalseFiguresAreMoreSeriousThanTheMachinesAndThoseThanFiguresOfSomethingElse) {
  const char* const order[] = {"corrupt-values", "loop-stalled", "few-hits", "too-few-operations", "keys-left"};
  for (size_t i = 1; i < std::size(order); ++i) EXPECT_LT(severity_of(order[i - 1]), severity_of(order[i]));
}

TEST(Doubt, WhatIsUnknownComesLast) {
  for (const char* id : {"", "Few-hits", "of-a-newer-version"}) EXPECT_GT(severity_of(id), severity_of("keys-left"));
}

TEST(Doubt, SentencesWithoutIdsKeepTheirPlaces) {
  const std::vector<Doubt> doubts = doubts_from({"few-hits"}, {"a", "b"});
  EXPECT_EQ(ids_of(doubts), (std::vector<std::string>{"few-hits", ""}));
  EXPECT_EQ(texts_of(doubts), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(doubts_from({"few-hits"}, {}).empty());
}

}  // namespace
}  // namespace hitbench
