#include "report/cache_words.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

// Of a scenario whose caches are all used.
std::string words_of(const std::string& text) {
  const Document scenario = document_of(text);
  std::vector<RunResult> runs;
  const auto use = [&](const Document& cache) {
    RunResult run;
    run.cache = word_at(cache, {"name"});
    run.cache_type = "any";
    runs.push_back(run);
  };
  if (value_at(scenario, {"cache"}).is_object()) use(scenario["cache"]);
  for (const Document& cache : value_at(scenario, {"caches"})) use(cache);
  return cache_words(scenario, runs);
}

constexpr const char* kRedis = R"({"name": "redis", "address": null, "memory": 67108864, "policy": "allkeys-lru"})";
constexpr const char* kMemcached = R"({"name": "memcached", "address": null, "memory": 67108864})";
constexpr const char* kMemory = R"({"name": "memory", "entries": null, "bytes": null, "policy": "lru"})";

std::string caches(const std::vector<std::string>& all, const std::string& more = "") {
  std::string list;
  for (const std::string& cache : all) list += (list.empty() ? "" : ", ") + cache;
  return R"({"caches": [)" + list + "]" + more + "}";
}

TEST(CacheWords, TellTheLimitAndThePolicyOfOneCache) {
  EXPECT_EQ(words_of(std::string(R"({"cache": )") + kRedis + "}"), "cache of 64 MiB (allkeys-lru)");
  EXPECT_EQ(words_of(caches({kMemory})), "cache of 10,000 entries (lru)") << "the default";
  EXPECT_EQ(words_of(caches({R"({"name": "a", "entries": 1, "policy": "sieve"})"})), "cache of 1 entry (sieve)");
  EXPECT_EQ(words_of(caches({R"({"name": "a", "entries": null, "bytes": 1536, "policy": "lru"})"})),
            "cache of 1.5 KiB (lru)");
}

TEST(CacheWords, TellOfSeveralWhatEachHolds) {
  EXPECT_EQ(words_of(caches({kMemory, kRedis, kMemcached})), "memory 10,000 entries, redis and memcached 64 MiB");
  EXPECT_EQ(words_of(caches({kRedis, kMemcached})), "caches of 64 MiB");
  EXPECT_EQ(words_of(caches({kMemory, R"({"name": "other", "entries": 10000, "policy": "lru"})"})),
            "caches of 10,000 entries (lru)");
}

TEST(CacheWords, LeaveOutWhatOnlyTheNamesOfRowsTell) {
  std::vector<std::string> four;
  for (const char* size : {"1", "2", "3", "4"}) {
    four.push_back(std::string(R"({"name": "c)") + size + R"(", "entries": )" + size + "}");
  }
  EXPECT_EQ(words_of(caches(four)), "");
  EXPECT_EQ(words_of(caches({kRedis}, R"(, "sweep": {"caches.0.memory": [1, 2]})")), "");
}

TEST(CacheWords, SayNothingOfAUsersServerOrOfACacheThatNoRowHas) {
  EXPECT_EQ(words_of(caches({R"({"name": "mine", "address": "redis://db", "memory": 67108864})"})), "");
  EXPECT_EQ(cache_words(document_of(caches({kRedis})), {}), "");
}

TEST(CacheWords, TakeAnythingForAScenario) {
  EXPECT_EQ(words_of(R"({"caches": [5, {"name": []}, {"name": "x"}, {"name": "y", "memory": {}}], "sweep": 7})"), "");
}

}  // namespace
}  // namespace hitbench
