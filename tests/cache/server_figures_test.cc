// Finding a number in what a server reports about itself.
#include "cache/server_figures.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

constexpr std::string_view kInfo =
    "# Memory\r\nused_memory_rss:2048\r\nused_memory:1024\r\nused_cpu_user:1.5\r\nmaxmemory_policy:noeviction\r\n";
constexpr std::string_view kStats = "STAT curr_items 3\r\nSTAT bytes 512\r\nSTAT rusage_user 0.25\r\nEND\r\n";

TEST(ServerFigures, AreFoundInBothForms) {
  EXPECT_EQ(find_count(kInfo, "used_memory"), 1024u);
  EXPECT_EQ(find_count(kStats, "bytes"), 512u);
  EXPECT_EQ(find_figure(kInfo, "used_cpu_user"), 1.5);
  EXPECT_EQ(find_figure(kStats, "rusage_user"), 0.25);
}

TEST(ServerFigures, AreThoseOfWholeWords) {
  EXPECT_EQ(find_count(kInfo, "memory_rss"), std::nullopt);
  EXPECT_EQ(find_count(kInfo, "used_mem"), std::nullopt);
}

TEST(ServerFigures, AreNoneWhereThereIsNoNumber) {
  EXPECT_EQ(find_figure(kInfo, "maxmemory_policy"), std::nullopt);
  EXPECT_EQ(find_figure(kInfo, "maxclients"), std::nullopt);
  EXPECT_EQ(find_figure("", "bytes"), std::nullopt);
  EXPECT_EQ(find_figure("STAT bytes", "bytes"), std::nullopt);
}

TEST(ServerFigures, AreNoCountsBelowZero) { EXPECT_EQ(find_count("STAT bytes -1\r\n", "bytes"), std::nullopt); }

}  // namespace
}  // namespace hitbench
