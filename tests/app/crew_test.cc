// Who loads the cache, and which keys: each once, whoever does it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "app/loading.h"
#include "tests/app/app_fixture.h"

namespace hitbench {
namespace {

using ::testing::UnorderedElementsAreArray;

constexpr const char* kThousandKeys = R"({"clock": "virtual", "caches": ["memory"], "strategies": ["direct"],
  "warmup": {"preload": true}, "workload": {"keys": {"distribution": "uniform", "count": 1000}}})";

std::vector<uint64_t> every_key() {
  std::vector<uint64_t> keys(1000);
  std::iota(keys.begin(), keys.end(), uint64_t{0});
  return keys;
}

// How many there were.
size_t load(OneProcess& process, Loading& loading) {
  process.begin({.kind = PhaseOrder::Kind::preload});
  const std::vector<ClientState*> crew = loading.crew();
  for (ClientState* const member : crew) process.loop->spawn([&loading, member] { loading.run(*member); });
  process.loop->run();
  return crew.size();
}

TEST(LoadingCrew, TheClientsLoadEachKeyOnce) {
  OneProcess process(kThousandKeys, {.clients = 3});
  Loading loading(process.parts, process.phase, registry());
  EXPECT_EQ(load(process, loading), 3u);
  EXPECT_THAT(process.strategy->loaded, UnorderedElementsAreArray(every_key()));
  EXPECT_EQ(loading.dismiss(), 0u);
}

// 1,000 keys, 16 each at least: 62 are worthwhile, 59 of them alongside the clients.
TEST(LoadingCrew, OthersHelpWhereAConnectionCarriesManyRequests) {
  OneProcess process(kThousandKeys, {.clients = 3});
  process.parts.pipelines = true;
  Loading loading(process.parts, process.phase, registry());
  EXPECT_EQ(load(process, loading), 62u);
  EXPECT_THAT(process.strategy->loaded, UnorderedElementsAreArray(every_key()));
  uint64_t by_clients = 0;
  for (const auto& client : process.parts.clients) by_clients += client->done;
  EXPECT_EQ(loading.dismiss(), 1000 - by_clients);
  EXPECT_EQ(loading.dismiss(), 0u) << "they are gone";
}

TEST(LoadingCrew, NobodyHelpsWhereLoadsGoThroughTheOrigin) {
  OneProcess process(kThousandKeys, {.clients = 3});
  process.parts.pipelines = true;
  process.strategy->loads_through_origin = true;
  Loading loading(process.parts, process.phase, registry());
  EXPECT_EQ(load(process, loading), 3u);
}

TEST(LoadingCrew, ProcessesWithOneCacheShareTheKeys) {
  OneProcess first(kThousandKeys, {.process = 0, .processes = 2, .clients = 2});
  OneProcess second(kThousandKeys, {.process = 1, .processes = 2, .clients = 2});
  Loading one(first.parts, first.phase, registry()), other(second.parts, second.phase, registry());
  load(first, one);
  load(second, other);
  std::vector<uint64_t> both = first.strategy->loaded;
  both.insert(both.end(), second.strategy->loaded.begin(), second.strategy->loaded.end());
  EXPECT_THAT(both, UnorderedElementsAreArray(every_key()));
}

}  // namespace
}  // namespace hitbench
