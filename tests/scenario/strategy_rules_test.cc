// Each rule of combination: what it refuses, by name, and what stands right next to it and is legal.
#include "scenario/strategy_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "registry.h"

namespace hitbench {
namespace {

// The name of the rule that refuses the scenario; empty where it is legal.
std::string refused_by(const std::string& strategy, const std::string& cache = R"("memory")",
                       const std::string& app = "{}", const std::string& clock = "real") {
  const std::string text = R"({"strategies": [)" + strategy + R"(], "caches": ["none", )" + cache + R"(], "app": )" +
                           app + R"(, "clock": ")" + clock + "\"}";
  try {
    read_scenario(text, "test.json", {}, registry());
  } catch (const Error& error) {
    const std::string what = error.what();
    EXPECT_THAT(what, testing::StartsWith("test.json: strategies[0]: "));
    for (const StrategyRule& rule : strategy_rules()) {
      if (what.find("rule " + std::string(rule.name) + ": " + std::string(rule.words)) != std::string::npos) {
        return std::string(rule.name);
      }
    }
    return what;
  }
  return "";
}

std::string aside(const std::string& fields) { return R"({"type": "cache-aside", )" + fields + "}"; }

constexpr const char* kThreads = R"({"model": "thread"})";

TEST(StrategyRules, ALockedWriteNeedsTheGuardWithTheSameLock) {
  EXPECT_EQ(refused_by(aside(R"("on_write": "lock", "fill": "locked")")), "locked-write-needs-guard-lock");
  EXPECT_EQ(refused_by(aside(R"("on_write": "lock", "fill": "locked", "guard": "single-flight")")),
            "locked-write-needs-guard-lock");
  EXPECT_EQ(refused_by(aside(R"("on_write": "lock", "fill": "locked", "guard": "lock")")), "");
  EXPECT_EQ(refused_by(aside(R"("on_write": "invalidate")")), "");
}

TEST(StrategyRules, ALockedWriteNeedsLockedFills) {
  EXPECT_EQ(refused_by(aside(R"("on_write": "lock", "guard": "lock")")), "locked-write-needs-locked-fill");
}

TEST(StrategyRules, SingleFlightNeedsFibersWhereClientsShareIt) {
  EXPECT_EQ(refused_by(R"("read-through")", R"("redis")", kThreads), "single-flight-needs-fibers");
  EXPECT_EQ(refused_by(R"("read-through")", R"("libmemcached")"), "single-flight-needs-fibers");
  EXPECT_EQ(refused_by(R"("read-through")", R"("redis")"), "");
}

TEST(StrategyRules, ALockedFillNeedsALock) {
  EXPECT_EQ(refused_by(aside(R"("fill": "locked")")), "locked-fill-needs-guard-lock");
  EXPECT_EQ(refused_by(aside(R"("fill": "locked", "guard": "lock")")), "");
  EXPECT_EQ(refused_by(aside(R"("fill": "add")")), "");
}

TEST(StrategyRules, AQueueInRedisNeedsRedis) {
  const std::string queue = R"({"type": "write-behind", "on_write": {"type": "behind", "queue_in": "redis"}})";
  EXPECT_EQ(refused_by(queue), "queue-in-redis-needs-redis");
  EXPECT_EQ(refused_by(queue, R"({"type": "memory", "shared": true})", "{}", "virtual"), "queue-in-redis-needs-redis");
  EXPECT_EQ(refused_by(queue, R"("memcached")"), "queue-in-redis-needs-redis");
  EXPECT_EQ(refused_by(queue, R"("redis")"), "");
  EXPECT_EQ(refused_by(R"("write-behind")", R"("memcached")"), "");
}

TEST(StrategyRules, AQueueOfTheProcessNeedsFibersWhereClientsShareIt) {
  EXPECT_EQ(refused_by(R"("write-behind")", R"("redis")", kThreads), "process-queue-needs-fibers");
  EXPECT_EQ(refused_by(R"("write-behind")", R"("libmemcached")"), "process-queue-needs-fibers");
  EXPECT_EQ(refused_by(R"("write-behind")", R"("redis")", R"({"model": "thread", "clients": 1})"), "");
  EXPECT_EQ(refused_by(R"("write-behind")", R"("redis")"), "");
}

TEST(StrategyRules, AMemoryCacheNeedsFibersWhereClientsShareIt) {
  EXPECT_EQ(refused_by(R"("cache-aside")", R"("memory")", kThreads), "memory-needs-fibers");
  EXPECT_EQ(refused_by(R"("cache-aside")", R"("memory")", R"({"model": "thread", "clients": 1})"), "");
  EXPECT_EQ(refused_by(R"("cache-aside")", R"("libmemcached")"), "");
  EXPECT_EQ(refused_by(R"("none")", R"("memory")", kThreads), "") << "none has no cache";
}

TEST(StrategyRules, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const StrategyRule& rule : strategy_rules()) EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
}

}  // namespace
}  // namespace hitbench
