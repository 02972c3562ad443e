#include "cache/own_keys.h"

#include <gtest/gtest.h>

#include <set>

namespace hitbench {
namespace {

TEST(OwnKeys, GivesBackEachKeyOnceHoweverOftenItWasStored) {
  OwnKeys keys;
  const std::string longest(250, 'x');
  for (int round = 0; round < 2; ++round) {
    keys.remember({0, "a"});
    keys.remember({1'000'000, "bb"});
    keys.remember({kFirstAbsentKey + 7, longest});
  }
  EXPECT_EQ(keys.size(), 3u);
  std::multiset<std::string> taken;
  for (std::string text; keys.take(text);) taken.insert(text);
  EXPECT_EQ(taken, (std::multiset<std::string>{"a", "bb", longest}));
}

TEST(OwnKeys, RemembersAgainOnceAllWereTaken) {
  OwnKeys keys;
  std::string text;
  keys.remember({5, "five"});
  while (keys.take(text)) {
  }
  keys.remember({5, "five"});
  EXPECT_TRUE(keys.take(text));
  EXPECT_EQ(text, "five");
}

}  // namespace
}  // namespace hitbench
