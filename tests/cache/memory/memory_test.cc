#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "cache/parts.h"
#include "tests/cache/memory/memory_fixture.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

// The same promises in the plainest code: a list in the order of use.
class NaiveCache {
 public:
  explicit NaiveCache(size_t capacity) : capacity_(capacity) {}

  const std::string* get(const std::string& key, Time now) {
    const auto at = find(key, now);
    if (at == entries_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, at);
    return &entries_.front().value;
  }
  void set(const std::string& key, const std::string& value, Time expires) {
    std::erase_if(entries_, [&](const Entry& entry) { return entry.key == key; });
    if (entries_.size() == capacity_) {
      entries_.pop_back();
      ++evictions;
    }
    entries_.push_front({key, value, expires});
  }
  bool erase(const std::string& key, Time now) {
    const auto at = find(key, now);
    if (at == entries_.end()) return false;
    entries_.erase(at);
    return true;
  }
  size_t size() const { return entries_.size(); }

  uint64_t evictions = 0;

 private:
  struct Entry {
    std::string key, value;
    Time expires;
  };
  std::list<Entry>::iterator find(const std::string& key, Time now) {
    const auto at =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
    if (at == entries_.end() || now < at->expires) return at;
    entries_.erase(at);
    return entries_.end();
  }

  size_t capacity_;
  std::list<Entry> entries_;
};

// Random calls to both; `judge` is told what each get found.
template <class Judge>
void compare(Memory& memory, Cache& cache, Loop& loop, NaiveCache& naive, uint64_t keys, Duration longest_ttl,
             Judge judge) {
  Rng rng(11, keys);
  Call call;
  const auto seen = [&](Key key) {
    const Lookup lookup = cache.get(key, call);
    const std::string* const expected = naive.get(std::string(key.text), loop.now());
    judge(lookup, expected);
    // What only the cache still had goes, so that both have used the same keys at the same times.
    if (expected == nullptr) cache.erase(key, call);
    return expected != nullptr;
  };
  for (int i = 0; i < 30000; ++i) {
    const std::string text = key_text(rng.below(keys));
    const Key key{0, text};
    const std::string value(rng.below(200), static_cast<char>(rng.below(256)));
    const auto longest = static_cast<uint64_t>(longest_ttl.count());
    const Duration ttl = longest > 0 && rng.below(3) == 0 ? Duration(rng.below(longest) + 1) : kForever;
    const auto end = [&] { return ttl == kForever ? kNever : loop.now() + ttl; };
    switch (rng.below(8)) {
      case 0:
      case 1:
        ASSERT_EQ(cache.set(key, value, ttl, call), Stored::stored);
        naive.set(text, value, end());
        break;
      case 2:
        if (!seen(key)) {
          ASSERT_EQ(cache.add(key, value, ttl, call), Stored::stored);
          naive.set(text, value, end());
        }
        break;
      case 3: {
        const Stored erased = cache.erase(key, call);
        if (naive.erase(text, loop.now())) {
          ASSERT_EQ(erased, Stored::stored);
        }
        break;
      }
      default:
        seen(key);
    }
    ASSERT_FALSE(memory.HasFatalFailure());
  }
}

TEST_F(Memory, BehavesLikeAListInTheOrderOfUse) {
  for (const int64_t capacity : {1, 2, 37, 300}) {
    open(memory_params({{"entries", capacity}}));
    NaiveCache naive(static_cast<size_t>(capacity));
    run([&] {
      compare(*this, *cache, *loop, naive, 100 + static_cast<uint64_t>(capacity) / 2, Duration(0),
              [&](const Lookup& lookup, const std::string* expected) {
                ASSERT_EQ(lookup.status, expected == nullptr ? Lookup::Status::miss : Lookup::Status::hit);
                if (expected != nullptr) {
                  ASSERT_EQ(lookup.value, *expected);
                }
                ASSERT_EQ(cache->usage()->entries, naive.size());
                ASSERT_EQ(cache->usage()->evictions, naive.evictions);
              });
    });
  }
}

// The list keeps what has expired until it is asked for or evicted. Who sweeps it away has the room for what is alive:
// whatever the list still has, the cache has, too.
TEST_F(Memory, HasAllThatAListHasWhichKeepsWhatHasExpired) {
  for (const int64_t capacity : {2, 37, 300}) {
    open(memory_params({{"entries", capacity}, {"latency", Duration(1ms)}}));  // a step of the sweep with each call
    NaiveCache naive(static_cast<size_t>(capacity));
    int more = 0;
    run([&] {
      compare(*this, *cache, *loop, naive, 100 + static_cast<uint64_t>(capacity) / 2, 40ms,
              [&](const Lookup& lookup, const std::string* expected) {
                const bool hit = lookup.status == Lookup::Status::hit;
                more += hit && expected == nullptr;
                if (expected == nullptr) return;
                ASSERT_TRUE(hit);
                ASSERT_EQ(lookup.value, *expected);
                ASSERT_LE(cache->usage()->entries, static_cast<uint64_t>(capacity));
              });
    });
    if (capacity == 37) {
      EXPECT_GT(more, 0);
    }
  }
}

TEST_F(Memory, ForgetsAnEntryAtTheEndOfItsTtlAndNotANanosecondEarlier) {
  open(memory_params({{"latency", Duration(100)}}));
  run([&] {
    set("a", "1", 1ms);
    const Time end = loop->now() + 1ms;
    loop->sleep_until(end - 101ns);
    EXPECT_TRUE(hits("a"));
    EXPECT_EQ(loop->now(), end - 1ns);
    set("b", "1", 1ms);
    const Time end_b = loop->now() + 1ms;
    loop->sleep_until(end_b - 100ns);
    EXPECT_FALSE(hits("b"));
    EXPECT_FALSE(hits("a"));
    EXPECT_EQ(cache->usage()->entries, 0u);
  });
}

TEST_F(Memory, HoldsTenThousandEntriesUnlessTold) {
  open(memory_params());
  run([&] {
    for (uint64_t i = 0; i < 10001; ++i) set(key_text(i), "v");
    EXPECT_EQ(cache->usage()->entries, 10000u);
    EXPECT_EQ(cache->usage()->evictions, 1u);
    EXPECT_FALSE(hits(key_text(0)));
    EXPECT_TRUE(hits(key_text(1)));
  });
}

TEST_F(Memory, StaysWithinItsBytesWhateverTheSizes) {
  constexpr uint64_t kBudget = 4 << 20;
  open(memory_params({{"bytes", int64_t{kBudget}}}));
  Rng rng(3);
  run([&] {
    for (int i = 0; i < 20000; ++i) {
      // Mostly small, now and then up to 400 KB, which the heap maps by itself.
      const uint64_t size = rng.below(50) == 0 ? rng.below(400000) : rng.below(3000);
      ASSERT_EQ(set(key_text(rng.below(4000)), std::string(size, 'x')), Stored::stored);
      ASSERT_LE(memory(), kBudget);
    }
    EXPECT_GT(cache->usage()->evictions, 0u);
    for (uint64_t i = 0; i < 20000; ++i) set(key_text(i), std::string(500, 'y'));
    EXPECT_GT(memory(), kBudget * 97 / 100);
    EXPECT_LE(memory(), kBudget);
  });
}

TEST_F(Memory, RefusesAValueThatAloneIsOverItsBytesAndKeepsTheOthers) {
  open(memory_params({{"bytes", int64_t{100000}}}));
  run([&] {
    set("a", "1");
    set("b", "2");
    EXPECT_EQ(set("b", std::string(100000, 'x')), Stored::failed);
    EXPECT_EQ(set("c", std::string(100000, 'x')), Stored::failed);
    EXPECT_TRUE(hits("a"));
    EXPECT_FALSE(hits("b"));  // the old value is no answer any more
    EXPECT_FALSE(hits("c"));
    EXPECT_EQ(set("b", std::string(90000, 'x')), Stored::stored);
    EXPECT_TRUE(hits("b"));
  });
}

// Blocks of 232 bytes become holes that are 16 bytes too large for the entries: the heap gives them away as they are.
// The small ones between them stay for as long as this does, or the holes would become one.
class Holes {
 public:
  Holes() {
    std::vector<void*> large;
    for (int i = 0; i < 2000; ++i) {
      large.push_back(std::malloc(232));
      between_.push_back(std::malloc(24));
    }
    for (void* block : large) std::free(block);
  }
  ~Holes() {
    for (void* block : between_) std::free(block);
  }

 private:
  std::vector<void*> between_;
};

TEST_F(Memory, AccountsTheSameWhereverTheHeapHasHoles) {
  const auto memory_of_a_thousand = [&] {
    open(memory_params());
    run([&] {
      for (uint64_t i = 0; i < 1000; ++i) set(key_text(i), std::string(150, 'v'));
    });
    return memory();
  };
  const uint64_t before = memory_of_a_thousand();
  const Holes holes;
  EXPECT_EQ(memory_of_a_thousand(), before);
}

TEST_F(Memory, OverwritesAValueOfTheSameSizeInPlace) {
  open(memory_params());
  run([&] {
    set("a", std::string(100, '1'));
    const uint64_t before = memory();
    set("a", std::string(100, '2'));
    EXPECT_EQ(memory(), before);
    EXPECT_EQ(cache->get({0, "a"}, call).value, std::string(100, '2'));
    set("a", "short");
    EXPECT_LT(memory(), before);
    EXPECT_EQ(cache->get({0, "a"}, call).value, "short");
    EXPECT_EQ(cache->usage()->entries, 1u);
  });
}

TEST_F(Memory, CostsItsLatencyInVirtualTime) {
  open(memory_params({{"latency", Duration(75us)}}));
  run([&] {
    set("a", "1");
    hits("a");
    cache->add({0, "a"}, "2", kForever, call);
    cache->erase({0, "a"}, call);
    EXPECT_EQ(loop->now(), Time(300us));
  });
}

TEST_F(Memory, CostsAMicrosecondInVirtualTimeUnlessTold) {
  open(memory_params());
  run([&] {
    set("a", "1");
    EXPECT_EQ(loop->now(), Time(1us));
  });
}

TEST_F(Memory, FailsAtTheDeadlineWithoutEffect) {
  open(memory_params({{"latency", Duration(75us)}}));
  run([&] {
    call.deadline = Time(74us);
    EXPECT_EQ(set("a", "1"), Stored::failed);
    EXPECT_EQ(loop->now(), Time(74us));
    call.deadline = Time(149us);
    EXPECT_EQ(cache->get({0, "a"}, call).status, Lookup::Status::miss);
  });
}

TEST_F(Memory, IsOnePerProcessUnlessShared) {
  backend = started(memory_params());
  const auto first = backend->connect(*loop, {}), second = backend->connect(*loop, {});
  run([&] {
    first->set({0, "a"}, "1", kForever, call);
    EXPECT_EQ(second->get({0, "a"}, call).status, Lookup::Status::miss);
  });
  EXPECT_TRUE(backend->in_process());
}

TEST_F(Memory, IsOneBehindAllProcessesWhenShared) {
  backend = started(memory_params({{"shared", true}}));
  const auto first = backend->connect(*loop, {}), second = backend->connect(*loop, {});
  run([&] {
    first->set({0, "a"}, "1", kForever, call);
    EXPECT_EQ(second->get({0, "a"}, call).value, "1");
  });
  EXPECT_FALSE(backend->in_process());
  EXPECT_FALSE(first->usage().has_value());
  EXPECT_EQ(backend->usage().entries, 1u);
}

TEST_F(Memory, RefusesInRealTimeWhatOnlyVirtualTimeCanDo) {
  const auto cause = [](const Params& params) {
    try {
      make_memory(params, {.virtual_time = false});
    } catch (const Error& error) {
      return error.cause();
    }
    return Error::Cause::environment;
  };
  EXPECT_EQ(cause(memory_params({{"shared", true}})), Error::Cause::usage);
  EXPECT_EQ(cause(memory_params({{"latency", Duration(1us)}})), Error::Cause::usage);
}

TEST(NoCacheBackend, ForgetsEverything) {
  const auto loop = Loop::virtual_time();
  const auto cache = make_no_cache_backend({}, {})->connect(*loop, {});
  Call call;
  EXPECT_EQ(cache->set({0, "a"}, "1", kForever, call), Stored::stored);
  EXPECT_EQ(cache->get({0, "a"}, call).status, Lookup::Status::miss);
  EXPECT_EQ(cache->add({0, "a"}, "1", kForever, call), Stored::stored);
  EXPECT_EQ(cache->erase({0, "a"}, call), Stored::not_stored);
}

}  // namespace
}  // namespace hitbench
