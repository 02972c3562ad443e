// What a store tells its policy of eviction, and that it does what the policy says.
#include "cache/memory/eviction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cache/memory/store.h"
#include "io/loop.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// Numbers the entries from 1 in the order of their coming and writes down each call; the newest entry goes first.
struct Scripted {
  static inline std::vector<std::string> calls;

  template <class Node>
  struct Links {
    int number;
    Node before;
  };

  template <class Nodes>
  class Policy {
   public:
    using Node = typename Nodes::Node;

    void hit(Node node) { note("hit", node); }
    void insert(Node node) {
      Nodes::links(node) = {.number = ++count_, .before = std::exchange(newest_, node)};
      note("insert", node);
    }
    Node victim() {
      note("victim", newest_);
      return newest_;
    }
    void removed(Node node) {
      note("removed", node);
      if (node == newest_) newest_ = Nodes::links(node).before;
    }

   private:
    static void note(const char* call, Node node) {
      calls.push_back(call + (" " + std::to_string(Nodes::links(node).number)));
    }
    int count_ = 0;
    Node newest_ = Nodes::kNone;
  };
};

class EvictionSeam : public testing::Test {
 protected:
  EvictionSeam() { Scripted::calls.clear(); }

  static std::vector<std::string> calls() { return std::exchange(Scripted::calls, {}); }
  bool has(Bytes key) { return store.get(key, *loop).has_value(); }
  void run(const std::function<void()>& body) {
    loop->spawn(body);
    loop->run();
  }

  std::unique_ptr<Loop> loop = Loop::virtual_time();
  MemoryStore<Scripted> store{{.entries = 3}};
};

// Of a hit it hears with the next call.
TEST_F(EvictionSeam, HearsOfEveryEntryThatComesIsUsedAndGoes) {
  store.set("a", "1", kNever);
  store.set("b", "1", kNever);
  EXPECT_THAT(calls(), ElementsAre("insert 1", "insert 2"));
  EXPECT_TRUE(has("a"));
  EXPECT_THAT(calls(), ElementsAre());
  EXPECT_FALSE(has("c"));
  EXPECT_THAT(calls(), ElementsAre("hit 1"));
  EXPECT_TRUE(has("b"));
  store.erase("b", *loop);
  EXPECT_THAT(calls(), ElementsAre("hit 2", "removed 2"));
}

TEST_F(EvictionSeam, HearsOfAReplacedValueAsOfAHitUnlessTheEntryMoves) {
  store.set("a", "1", kNever);
  store.set("a", "2", kNever);
  store.set("a", "long", kNever);
  EXPECT_THAT(calls(), ElementsAre("insert 1", "hit 1", "removed 1", "insert 2"));
}

TEST_F(EvictionSeam, SaysWhatIsEvicted) {
  for (const char* key : {"a", "b", "c", "d"}) store.set(key, "1", kNever);
  EXPECT_THAT(calls(), ElementsAre("insert 1", "insert 2", "insert 3", "victim 3", "removed 3", "insert 4"));
  EXPECT_EQ(store.evictions(), 1u);
  EXPECT_TRUE(has("a") && has("b") && has("d"));
  EXPECT_FALSE(has("c"));
}

TEST_F(EvictionSeam, HearsOfWhatExpiredWhenItIsAskedForOrSweptAway) {
  run([&] {
    store.set("a", "1", loop->now() + 1ms);
    store.set("b", "1", loop->now() + 1ms);
    loop->sleep_until(loop->now() + 1ms);
    EXPECT_FALSE(has("b"));
    EXPECT_THAT(calls(), ElementsAre("insert 1", "insert 2", "removed 2"));
    store.sweep_at(loop->now());
    EXPECT_THAT(calls(), ElementsAre("removed 1"));
  });
}

// With links of another size than LRU's: the entries keep them when the index grows.
TEST_F(EvictionSeam, KeepsThePolicysLinksInTheEntries) {
  MemoryStore<Scripted> large{{}};
  for (int i = 1; i <= 100; ++i) large.set("key " + std::to_string(i), "1", kNever);
  calls();
  for (int i = 1; i <= 100; ++i) {
    ASSERT_TRUE(large.get("key " + std::to_string(i), *loop));
    ASSERT_FALSE(large.get("another", *loop));
    ASSERT_THAT(calls(), ElementsAre("hit " + std::to_string(i)));
  }
}

}  // namespace
}  // namespace hitbench
