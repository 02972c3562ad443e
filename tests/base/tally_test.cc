#include "base/tally.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

TEST(Tally, KeepsTheFirstTextOfAKindAndCountsTheOthers) {
  Tally tally;
  EXPECT_EQ(tally.most_often(), nullptr);
  tally.add("MOVED ", "MOVED 1 a:1");
  tally.add("OOM", "OOM no");
  tally.add("MOVED ", "MOVED 2 b:2", 2);
  ASSERT_EQ(tally.entries().size(), 2u);
  EXPECT_EQ(tally.entries()[0].text, "MOVED 1 a:1");
  EXPECT_EQ(tally.entries()[0].count, 3u);
  EXPECT_EQ(tally.most_often()->kind, "MOVED ");
}

TEST(Tally, IsBoundedHoweverManyKindsThereAre) {
  Tally tally;
  for (int i = 0; i < 1000; ++i) tally.add(std::to_string(i), std::string(100'000, 'x'));
  EXPECT_EQ(tally.entries().size(), Tally::kMostKinds);
  EXPECT_EQ(tally.entries().back().text, "other messages");
  EXPECT_EQ(tally.entries().back().count, 1000 - (Tally::kMostKinds - 1));
  for (const Tally::Entry& entry : tally.entries()) EXPECT_LE(entry.text.size(), Tally::kLongestText);
}

TEST(Tally, HoldsNothingThatATerminalObeys) {
  Tally tally;
  tally.add("\x1b[2J", "\x1b[2J\xe2\x80\xae\\x41\n");
  EXPECT_EQ(tally.entries()[0].text, R"(\x1b[2J\xe2\x80\xae\\x41\x0a)");
  EXPECT_EQ(tally.entries()[0].kind, R"(\x1b[2J)");
}

TEST(Tally, AddsUpThoseOfSeveralProcesses) {
  Tally one, other;
  one.add("a", "a1", 5);
  other.add("b", "b1", 7);
  other.add("a", "a2", 1);
  one.merge(other);
  ASSERT_EQ(one.entries().size(), 2u);
  EXPECT_EQ(one.entries()[0].text, "a1");
  EXPECT_EQ(one.entries()[0].count, 6u);
  EXPECT_EQ(one.entries()[1].count, 7u);
}

TEST(Tally, CrossesAPipe) {
  Tally tally;
  tally.add("kind", "text", 3);
  tally.add("", "");
  const std::string bytes = tally.to_bytes() + "rest";
  std::string_view left = bytes;
  const Tally copy = Tally::from_bytes(left);
  EXPECT_EQ(left, "rest");
  ASSERT_EQ(copy.entries().size(), 2u);
  EXPECT_EQ(copy.entries()[0].kind, "kind");
  EXPECT_EQ(copy.entries()[0].text, "text");
  EXPECT_EQ(copy.entries()[0].count, 3u);
}

}  // namespace
}  // namespace hitbench
