#include "base/text.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace hitbench {
namespace {

const std::vector<std::string> kWords{"theta", "count", "distribution", "hot_keys", "hot_share", "ttl"};

TEST(DidYouMean, FindsTheWordThatWasMeant) {
  EXPECT_EQ(nearest("thet", kWords), "theta");
  EXPECT_EQ(nearest("tehta", kWords), "theta");  // two letters swapped are one edit
  EXPECT_EQ(nearest("distrbution", kWords), "distribution");
  EXPECT_EQ(nearest("hot_key", kWords), "hot_keys");
  EXPECT_EQ(nearest("TTL", kWords), "ttl");
  EXPECT_EQ(nearest("tll", kWords), "ttl");
}

TEST(DidYouMean, KeepsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("bananas", kWords), "");
  EXPECT_EQ(nearest("x", {"y"}), "");
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(nearest("theta", {}), "");
}

TEST(Counted, HasTheNounThatBelongsToTheNumber) {
  EXPECT_EQ(counted(1, "key"), "1 key");
  EXPECT_EQ(counted(0, "key"), "0 keys");
  EXPECT_EQ(counted(uint64_t{12345}, "operation"), "12,345 operations");
  EXPECT_EQ(counted(2, "process"), "2 processes");
  EXPECT_EQ(plural(2, "entry"), "entries");
  EXPECT_EQ(plural(1, "process"), "process");
}

TEST(AddPart, SeparatesWhatIsThere) {
  std::string line;
  add_part(line, "");
  add_part(line, "50 clients");
  add_part(line, "");
  add_part(line, "zipfian");
  add_part(line, "1 s", "; ");
  EXPECT_EQ(line, "50 clients, zipfian; 1 s");
}

TEST(ShellQuoted, WhatAShellWouldChangeIsInQuotes) {
  EXPECT_EQ(shell_quoted("caches.0.memory=64MiB"), "caches.0.memory=64MiB");
  EXPECT_EQ(shell_quoted("a b"), "'a b'");
  EXPECT_EQ(shell_quoted("p99<5ms"), "'p99<5ms'");
  EXPECT_EQ(shell_quoted("it's"), R"('it'\''s')");
  EXPECT_EQ(shell_quoted(""), "''");
}

TEST(DidYouMean, IsReadyToBeAppended) {
  EXPECT_EQ(did_you_mean("coutn", kWords), " Did you mean 'count'?");
  EXPECT_EQ(did_you_mean("bananas", kWords), "");
}

}  // namespace
}  // namespace hitbench
