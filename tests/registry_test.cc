// What each row of the registry says that it is.
#include "registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache.h"
#include "cache/memory/policy.h"
#include "origin/origin.h"
#include "scenario/part_reader.h"

namespace hitbench {
namespace {

using testing::ElementsAre;

using Trait = bool Traits::*;

template <class Type>
std::vector<std::string> names_with(const std::vector<Type>& rows, Trait trait) {
  std::vector<std::string> names;
  for (const Type& row : rows) {
    if (row.traits.*trait) names.emplace_back(row.name);
  }
  return names;
}

TEST(Registry, SaysWhatItsCachesAre) {
  const auto those = [](Trait trait) { return names_with(registry().caches, trait); };
  EXPECT_THAT(those(&Traits::holds_nothing), ElementsAre("none"));
  EXPECT_THAT(those(&Traits::in_process), ElementsAre("none", "memory"));
  EXPECT_THAT(those(&Traits::virtual_time), ElementsAre("none", "memory", "memcached", "redis"));
  EXPECT_THAT(those(&Traits::has_twin), ElementsAre("memcached", "redis"));
  EXPECT_THAT(those(&Traits::exact_evictions), ElementsAre("memory"));
  EXPECT_THAT(those(&Traits::exact_twin), ElementsAre("memcached"));
  EXPECT_THAT(those(&Traits::blocks_thread), ElementsAre("libmemcached"));
  EXPECT_THAT(those(&Traits::write_queue), ElementsAre("redis"));
  EXPECT_THAT(those(&Traits::redis_options), ElementsAre("redis"));
  EXPECT_THAT(those(&Traits::takes_password), ElementsAre("redis"));
  std::vector<std::string> programs;
  for (const CacheRow& row : registry().caches) programs.emplace_back(row.traits.program);
  EXPECT_THAT(programs, ElementsAre("", "", "memcached", "redis-server", "memcached"));
}

TEST(Registry, OffersItsEvictionsAsPoliciesOfTheMemoryCache) {
  const std::vector<Field>& fields = row_named(registry().caches, "memory").fields;
  const auto policy = std::find_if(fields.begin(), fields.end(), [](const Field& at) { return at.name == "policy"; });
  ASSERT_NE(policy, fields.end());
  std::vector<std::string_view> names;
  for (const EvictionRow& row : registry().evictions) names.push_back(row.name);
  EXPECT_EQ(policy->choices, names);
  EXPECT_NE(std::find(names.begin(), names.end(), "lru"), names.end()) << "the default";
  const Source nowhere{.where = "test"};
  for (const std::string_view name : names) {
    const Json json = {{"type", "memory"}, {"policy", name}};
    const ReadPart read = read_part(part_kind(registry(), "cache"), json, Location(nowhere), registry());
    EXPECT_TRUE(row_named(registry().caches, "memory").make(read.part.params, {})->in_process()) << name;
    EXPECT_NE(row_named(registry().evictions, name).policy({.capacity = 1, .nodes = 1}), nullptr) << name;
  }
}

TEST(Registry, SaysWhatItsOriginsAre) {
  EXPECT_THAT(names_with(registry().origins, &Traits::virtual_time), ElementsAre("simulated"));
  EXPECT_THAT(names_with(registry().origins, &Traits::modeled), ElementsAre("simulated"));
}

TEST(Registry, SaysWhatItsStrategiesDoWithout) {
  EXPECT_THAT(names_with(registry().strategies, &Traits::without_cache), ElementsAre("none"));
  EXPECT_THAT(names_with(registry().strategies, &Traits::without_origin), ElementsAre("direct"));
}

TEST(Registry, SaysWhatThePartsOfAStrategyAre) {
  EXPECT_THAT(names_with(registry().guards, &Traits::uses_load_times), ElementsAre("xfetch"));
  EXPECT_THAT(names_with(registry().refreshes, &Traits::reloads), ElementsAre("ahead", "stale_while"));
  EXPECT_THAT(names_with(registry().write_paths, &Traits::acknowledges_early), ElementsAre("behind"));
}

TEST(Registry, SaysWhatThePartsOfAWorkloadAre) {
  EXPECT_THAT(names_with(registry().keys, &Traits::own_keys), ElementsAre("trace", "recorded"));
  EXPECT_THAT(names_with(registry().arrivals, &Traits::open_loop), ElementsAre("open", "recorded"));
  EXPECT_THAT(names_with(registry().arrivals, &Traits::barrier), ElementsAre("barrier"));
}

TEST(Registry, OffersEveryTraceFormat) {
  const std::vector<Field>& fields = row_named(registry().keys, "trace").fields;
  const auto format = std::find_if(fields.begin(), fields.end(), [](const Field& it) { return it.name == "format"; });
  ASSERT_NE(format, fields.end());
  std::vector<std::string_view> names;
  for (const TraceRow& row : registry().traces) names.push_back(row.name);
  EXPECT_EQ(format->choices, names);
  EXPECT_THAT(format->doc, testing::EndsWith("keys: text, one key a line"));
}

TEST(Registry, SaysOfACacheWhatItsBackendSays) {
  const Source nowhere{.where = "test"};
  const PartKind kind = part_kind(registry(), "cache");
  for (const CacheRow& row : registry().caches) {
    if (row.make == nullptr) continue;
    const ReadPart read = read_part(kind, std::string(row.name), Location(nowhere), registry());
    const auto backend = row.make(read.part.params, {.virtual_time = row.traits.virtual_time, .key_prefix = ""});
    EXPECT_EQ(backend->in_process(), row.traits.in_process) << row.name;
    EXPECT_EQ(backend->waits_on_socket(), !row.traits.program.empty()) << row.name;
  }
}

TEST(Registry, APartCarriesTheTraitsOfItsRowWhateverItIsCalled) {
  const Source nowhere{.where = "test"};
  const Json json = {{"type", "memory"}, {"name", "redis"}};
  const ReadPart read = read_part(part_kind(registry(), "cache"), json, Location(nowhere), registry());
  EXPECT_EQ(read.part.name, "redis");
  EXPECT_TRUE(read.part.traits.exact_evictions);
  EXPECT_TRUE(read.part.traits.program.empty());
}

}  // namespace
}  // namespace hitbench
