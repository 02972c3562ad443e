#include "cache/memcached/server.h"

#include <gtest/gtest.h>

#include <string>

namespace hitbench {
namespace {

// Parts of what memcached 1.6.18 answered; "-o no_modern" and "-o no_lru_maintainer" have no line about juggling.
const std::string kFlat = "STAT version 1.6.18\r\nSTAT hash_power_level 16\r\nSTAT curr_items 70\r\nEND\r\n";
const std::string kSegmented = "STAT version 1.6.18\r\nSTAT hash_power_level 16\r\nSTAT lru_maintainer_juggles 45\r\n";

TEST(MemcachedStats, TellWhetherItsLruIsFlat) {
  const std::optional<CoarseUses> flat = memcached_usage(kFlat).coarse_uses;
  ASSERT_TRUE(flat.has_value());
  EXPECT_EQ(flat->turnover, std::chrono::seconds(60));
  EXPECT_FALSE(memcached_usage(kSegmented).coarse_uses.has_value());
}

TEST(MemcachedStats, OfAnotherServerSayNothingOfItsLru) {
  EXPECT_FALSE(memcached_usage("STAT version 1.0\r\nSTAT curr_items 70\r\nEND\r\n").coarse_uses.has_value());
  EXPECT_FALSE(memcached_usage("ERROR\r\n").coarse_uses.has_value());
}

}  // namespace
}  // namespace hitbench
