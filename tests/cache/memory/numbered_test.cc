// A memory cache whose entries are evicted by a policy over numbers.
#include "cache/memory/numbered.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "cache/memory/store.h"
#include "io/loop.h"
#include "tests/cache/memory/policy_cases.h"

namespace hitbench {
namespace {

using testing::ElementsAre;

class NumberedStore : public testing::TestWithParam<PolicyCase> {
 protected:
  static MemoryStore<Numbered> store_of(const MemoryLimits& limits, uint64_t seed = 1) {
    return MemoryStore<Numbered>(limits, Numbered{GetParam().make}, seed);
  }
  std::unique_ptr<Loop> loop = Loop::virtual_time();
};
INSTANTIATE_TEST_SUITE_P(Policies, NumberedStore, testing::ValuesIn(kPolicies),
                         [](const auto& policy) { return std::string(policy.param.name); });

// Those to which a number that is used again is nothing but a new key.
class ExactNumberedStore : public NumberedStore {};
std::vector<PolicyCase> exact_policies() {
  std::vector<PolicyCase> all;
  for (const PolicyCase& policy : kPolicies) {
    if (!policy.counts_by_number) all.push_back(policy);
  }
  return all;
}
INSTANTIATE_TEST_SUITE_P(Policies, ExactNumberedStore, testing::ValuesIn(exact_policies()),
                         [](const auto& policy) { return std::string(policy.param.name); });

// The policy over the keys themselves is what the curve of a trace is drawn by.
TEST_P(ExactNumberedStore, HitsAsThePolicyOverKeysDoes) {
  constexpr Node kKeys = 500;
  Rng rng(1);
  for (const uint64_t capacity : std::initializer_list<uint64_t>{1, 3, 100, 400}) {
    MemoryStore<Numbered> store = store_of({.entries = capacity}, 7);
    PolicyOwner owner(GetParam().make, {.capacity = capacity, .nodes = kKeys, .seed = 7});
    for (int i = 0; i < 30000; ++i) {
      const auto node = static_cast<Node>(rng.below(rng.below(2) == 0 ? kKeys : kKeys / 5));
      const std::string key = std::to_string(node);
      if (rng.below(20) == 0) {
        ASSERT_EQ(store.erase(key, *loop), owner.holds(node));
        owner.erase(node);
        continue;
      }
      const bool hit = store.get(key, *loop).has_value();
      ASSERT_EQ(hit, owner.request(node)) << i;
      if (!hit) {
        ASSERT_TRUE(store.set(key, "value", kNever));
      }
    }
    ASSERT_LE(store.entries(), capacity);
  }
}

TEST_P(NumberedStore, HitsNearlyAsOftenAsThePolicyOverKeysDoes) {
  constexpr Node kKeys = 500;
  constexpr uint64_t kCapacity = 100;
  Rng rng(1);
  MemoryStore<Numbered> store = store_of({.entries = kCapacity}, 7);
  PolicyOwner owner(GetParam().make, {.capacity = kCapacity, .nodes = kKeys, .seed = 7});
  uint64_t hits = 0, owners_hits = 0;
  for (int i = 0; i < 30000; ++i) {
    const auto node = static_cast<Node>(rng.below(rng.below(2) == 0 ? kKeys : kKeys / 5));
    const std::string key = std::to_string(node);
    owners_hits += owner.request(node) ? 1 : 0;
    if (store.get(key, *loop)) {
      ++hits;
    } else {
      ASSERT_TRUE(store.set(key, "value", kNever));
    }
  }
  EXPECT_NEAR(static_cast<double>(hits), static_cast<double>(owners_hits), 0.02 * 30000);
}

// Most values are replaced by such of other sizes: their entries move.
TEST_P(NumberedStore, StaysWithinItsBytes) {
  constexpr uint64_t kBytes = 20000;
  MemoryStore<Numbered> store = store_of({.bytes = kBytes});
  Rng rng(2);
  uint64_t most = 0;
  for (int i = 0; i < 30000; ++i) {
    const std::string key = std::to_string(rng.below(rng.below(2) == 0 ? 1000 : 50));
    const std::string value(rng.below(rng.below(10) == 0 ? 3000 : 100), 'v');
    if (rng.below(3) == 0) store.get(key, *loop);
    ASSERT_TRUE(store.set(key, value, kNever));
    ASSERT_LE(store.memory(), kBytes);
    ASSERT_EQ(store.get(key, *loop), value);
    most = std::max(most, store.memory());
  }
  EXPECT_GE(most, kBytes * 95 / 100);
  EXPECT_GT(store.evictions(), 1000u);
}

TEST_P(NumberedStore, RefusesWhatIsLargerThanItIs) {
  MemoryStore<Numbered> store = store_of({.bytes = 5000});
  EXPECT_TRUE(store.set("small", "value", kNever));
  EXPECT_FALSE(store.set("large", std::string(5000, 'v'), kNever));
  EXPECT_TRUE(store.get("small", *loop));
  EXPECT_TRUE(store.set("other", "value", kNever));
  EXPECT_TRUE(store.get("small", *loop) && store.get("other", *loop));
}

// FIFO that remembers the last three that it evicted, and writes down what it hears.
class ScriptedPolicy final : public EvictionPolicy {
 public:
  explicit ScriptedPolicy(const PolicySetting& setting) { capacity = setting.capacity; }

  static inline std::vector<std::string> calls;
  static inline uint64_t capacity = 0;
  static inline size_t numbers = 0;

  void grow(Node nodes) override { numbers = nodes; }
  void arriving(Node node) override {
    note("arriving", node);
    std::erase(ghosts_, node);
  }
  void insert(Node node, uint64_t size) override {
    note(size == 1 ? "insert" : "insert bytes", node);
    held_.push_back(node);
  }
  void hit(Node node) override { note("hit", node); }
  Node victim() override { return held_.front(); }
  void evicted(Node node) override {
    note("evicted", node);
    std::erase(held_, node);
    ghosts_.push_back(node);
    if (ghosts_.size() > 3) ghosts_.pop_front();
  }
  void removed(Node node) override {
    note("removed", node);
    std::erase(held_, node);
  }
  bool holds(Node node) const override { return std::count(held_.begin(), held_.end(), node) > 0; }
  bool remembers(Node node) const override { return std::count(ghosts_.begin(), ghosts_.end(), node) > 0; }
  PolicyCounts run(std::span<const Node>) override { return {}; }

 private:
  static void note(const char* call, Node node) { calls.push_back(call + (" " + std::to_string(node))); }
  std::deque<Node> held_, ghosts_;
};

class NumberedSeam : public testing::Test {
 protected:
  NumberedSeam() { ScriptedPolicy::calls.clear(); }
  static std::vector<std::string> calls() { return std::exchange(ScriptedPolicy::calls, {}); }
  static std::unique_ptr<EvictionPolicy> make(const PolicySetting& setting) {
    return std::make_unique<ScriptedPolicy>(setting);
  }
  void set(Bytes key, Bytes value = "1") { EXPECT_TRUE(store.set(key, value, kNever)); }

  std::unique_ptr<Loop> loop = Loop::virtual_time();
  MemoryStore<Numbered> store{{.entries = 2}, {make}};
};

TEST_F(NumberedSeam, SaysWhoArrivesBeforeItMakesRoom) {
  set("a");
  set("b");
  calls();
  set("c");
  EXPECT_THAT(calls(), ElementsAre("arriving 2", "evicted 0", "insert 2"));
}

TEST_F(NumberedSeam, GivesAGhostItsNumberBack) {
  for (const char* key : {"a", "b", "c"}) set(key);
  calls();
  set("a");
  EXPECT_THAT(calls(), ElementsAre("arriving 0", "evicted 1", "insert 0"));
}

TEST_F(NumberedSeam, GivesTheNumberOfWhatWasErasedToAnother) {
  set("a");
  set("b");
  store.erase("a", *loop);
  calls();
  set("c");
  EXPECT_THAT(calls(), ElementsAre("arriving 0", "insert 0"));
}

TEST_F(NumberedSeam, TakesAReplacedValueOfAnotherSizeForANewEntry) {
  set("a");
  calls();
  set("a", "2");
  set("a", "long");
  EXPECT_THAT(calls(), ElementsAre("hit 0", "removed 0", "arriving 0", "insert 0"));
}

// There are two entries, three ghosts, and as many more at most that are forgotten and not looked at yet.
TEST_F(NumberedSeam, NeedsFewNumbersForManyKeys) {
  for (int i = 0; i < 10000; ++i) set(std::to_string(i));
  EXPECT_EQ(ScriptedPolicy::numbers, 16u);
}

TEST_F(NumberedSeam, CountsBytesWhereTheLimitIsInBytes) {
  EXPECT_EQ(ScriptedPolicy::capacity, 2u);
  MemoryStore<Numbered> by_bytes({.bytes = 5000}, {make});
  EXPECT_EQ(ScriptedPolicy::capacity, 5000u);
  by_bytes.set("a", "1", kNever);
  EXPECT_THAT(calls(), ElementsAre("arriving 0", "insert bytes 0"));
}

}  // namespace
}  // namespace hitbench
