// What every backend promises, tested once over all of them. A new backend is one line in kBackends.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "io/child_process.h"
#include "io/loop.h"
#include "registry.h"
#include "tests/cache/defaults.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

struct BackendCase {
  const char* name;
  const char* cache;  // in the registry
  bool virtual_time = false;
  bool shared = false;
  const char* program = nullptr;  // that it needs on the PATH
  bool obeys_deadlines = true;
};

const BackendCase kBackends[] = {
    {.name = "memory",
     .cache = "memory",
     .obeys_deadlines = false},  // in real time it never waits: it looks at no clock
    {.name = "memory_in_virtual_time", .cache = "memory", .virtual_time = true},
    {.name = "shared_memory", .cache = "memory", .virtual_time = true, .shared = true},
    {.name = "redis", .cache = "redis", .program = "redis-server"},
    {.name = "memcached", .cache = "memcached", .program = "memcached"},
    {.name = "redis_twin", .cache = "redis", .virtual_time = true},
    {.name = "memcached_twin", .cache = "memcached", .virtual_time = true},
    {.name = "libmemcached", .cache = "libmemcached", .program = "memcached"},
};

class Contract : public testing::TestWithParam<BackendCase> {
 protected:
  void SetUp() override {
    const BackendCase& row = GetParam();
    const CacheRow& cache_row = row_named(registry().caches, row.cache);
    if (!cache_row.unavailable.empty()) GTEST_SKIP() << row.cache << " is " << cache_row.unavailable;
    if (row.program != nullptr && !find_program(row.program)) GTEST_SKIP() << row.program << " is not on the PATH";
    Params params = defaults_of(cache_row.fields);
    if (row.shared) params.put("shared", true);
    backend = cache_row.make(params, {.virtual_time = row.virtual_time, .key_prefix = "hitbench:test:"});
    backend->start();
    loop = row.virtual_time ? Loop::virtual_time() : Loop::real();
    cache = backend->connect(*loop, {.connections = 2, .timeout = 10s});
  }

  // Runs the test on a fiber, with ten seconds for each call.
  void run(const std::function<void()>& body) {
    loop->spawn([&] {
      loop->sleep_until(loop->now() + 1us);
      body();
    });
    loop->run();
  }
  Call& fresh() {
    call.deadline = loop->now() + 10s;
    return call;
  }
  Stored set(Bytes key, Bytes value, Duration ttl = kForever) { return cache->set({0, key}, value, ttl, fresh()); }
  Stored add(Bytes key, Bytes value, Duration ttl = kForever) { return cache->add({0, key}, value, ttl, fresh()); }
  Stored erase(Bytes key) { return cache->erase({0, key}, fresh()); }
  void expect_value(Bytes key, Bytes value) {
    const Lookup lookup = cache->get({0, key}, fresh());
    EXPECT_EQ(lookup.status, Lookup::Status::hit);
    EXPECT_TRUE(lookup.value == value) << lookup.value.size() << " bytes, not " << value.size();
  }
  void expect_miss(Bytes key) { EXPECT_EQ(cache->get({0, key}, fresh()).status, Lookup::Status::miss); }

  std::unique_ptr<Backend> backend;
  std::unique_ptr<Loop> loop;
  std::unique_ptr<Cache> cache;
  Call call;
};

TEST_P(Contract, MissesWhatWasNeverStored) {
  run([&] { expect_miss("a"); });
}

TEST_P(Contract, ReturnsWhatWasStoredLast) {
  run([&] {
    EXPECT_EQ(set("a", "1"), Stored::stored);
    expect_value("a", "1");
    EXPECT_EQ(set("a", "other"), Stored::stored);
    EXPECT_EQ(set("b", "2"), Stored::stored);
    expect_value("a", "other");
    expect_value("b", "2");
  });
}

TEST_P(Contract, AddsOnlyWhereNothingIs) {
  run([&] {
    EXPECT_EQ(add("a", "1"), Stored::stored);
    EXPECT_EQ(add("a", "2"), Stored::not_stored);
    expect_value("a", "1");
  });
}

TEST_P(Contract, SaysWhetherItErasedSomething) {
  run([&] {
    EXPECT_EQ(erase("a"), Stored::not_stored);
    EXPECT_EQ(set("a", "1"), Stored::stored);
    EXPECT_EQ(erase("a"), Stored::stored);
    expect_miss("a");
    EXPECT_EQ(erase("a"), Stored::not_stored);
    EXPECT_EQ(add("a", "2"), Stored::stored);
  });
}

TEST_P(Contract, ForgetsAfterTheTtl) {
  run([&] {
    EXPECT_EQ(set("lasting", "1"), Stored::stored);
    EXPECT_EQ(set("set", "1", 1s), Stored::stored);
    EXPECT_EQ(add("added", "1", 1s), Stored::stored);
    expect_value("set", "1");
    expect_value("added", "1");
    // A server may round up to its seconds, and add one.
    const Time latest = loop->now() + 10s;
    for (const Bytes key : {"set", "added"}) {
      while (loop->now() < latest && cache->get({0, key}, fresh()).status == Lookup::Status::hit) {
        loop->sleep_until(loop->now() + 50ms);
      }
      expect_miss(key);
    }
    expect_value("lasting", "1");
  });
}

TEST_P(Contract, ReplacesTheTtlWithTheValue) {
  run([&] {
    EXPECT_EQ(set("a", "1", 1s), Stored::stored);
    EXPECT_EQ(set("a", "2"), Stored::stored);
    EXPECT_EQ(set("short", "1", 1s), Stored::stored);
    while (cache->get({0, "short"}, fresh()).status == Lookup::Status::hit) loop->sleep_until(loop->now() + 50ms);
    expect_value("a", "2");
  });
}

TEST_P(Contract, KeepsAValueForMoreThanAMonth) {
  run([&] {
    // Beyond 30 days memcached takes a number for a date.
    EXPECT_EQ(set("a", "1", 24h * 31), Stored::stored);
    expect_value("a", "1");
  });
}

TEST_P(Contract, KeepsEveryByte) {
  std::string value;
  for (int i = 0; i < 1024; ++i) value.push_back(static_cast<char>(i));
  value += "\r\nEND\r\n$5\r\n";
  run([&] {
    EXPECT_EQ(set("a", value), Stored::stored);
    expect_value("a", value);
  });
}

TEST_P(Contract, KeepsAnEmptyValue) {
  run([&] {
    EXPECT_EQ(set("a", ""), Stored::stored);
    expect_value("a", "");
    EXPECT_EQ(add("a", "1"), Stored::not_stored);
  });
}

TEST_P(Contract, KeepsAMegabyte) {
  std::string value(1000000, 'x');
  for (size_t i = 0; i < value.size(); i += 997) value[i] = static_cast<char>(i);
  run([&] {
    EXPECT_EQ(set("a", value), Stored::stored);
    expect_value("a", value);
    EXPECT_EQ(set("a", "small"), Stored::stored);
    expect_value("a", "small");
  });
}

TEST_P(Contract, TakesKeysOf250Bytes) {
  // A user's server adds a prefix; ours leaves all 250 bytes to the key.
  const std::string key(250, 'k'), other = std::string(249, 'k') + "j";
  run([&] {
    EXPECT_EQ(set(key, "1"), Stored::stored);
    EXPECT_EQ(set(other, "2"), Stored::stored);
    expect_value(key, "1");
    expect_value(other, "2");
    EXPECT_EQ(erase(key), Stored::stored);
    expect_miss(key);
  });
}

TEST_P(Contract, ServesManyClientsOfOneProcess) {
  int done = 0;
  for (int client = 0; client < 20; ++client) {
    loop->spawn([&, client] {
      Call own;
      const std::string key = "key" + std::to_string(client);
      for (int i = 0; i < 50; ++i) {
        own.deadline = loop->now() + 10s;
        const std::string value = key + "=" + std::to_string(i);
        ASSERT_EQ(cache->set({0, key}, value, kForever, own), Stored::stored);
        loop->yield();
        const Lookup lookup = cache->get({0, key}, own);
        ASSERT_EQ(lookup.status, Lookup::Status::hit);
        ASSERT_EQ(lookup.value, value);
      }
      ++done;
    });
  }
  loop->run();
  EXPECT_EQ(done, 20);
}

TEST_P(Contract, ErasesOnlyWithTheOwnersToken) {
  run([&] {
    ASSERT_NE(cache->owned(), nullptr);
    const auto erase_if = [&](Bytes key, Bytes token) { return cache->owned()->erase_if({0, key}, token, fresh()); };
    EXPECT_EQ(erase_if("lock", "mine"), Stored::not_stored);
    EXPECT_EQ(add("lock", "mine"), Stored::stored);
    EXPECT_EQ(erase_if("lock", "another's"), Stored::not_stored);
    EXPECT_EQ(erase_if("lock", ""), Stored::not_stored);
    expect_value("lock", "mine");
    EXPECT_EQ(erase_if("lock", "mine"), Stored::stored);
    expect_miss("lock");
    EXPECT_EQ(erase_if("lock", "mine"), Stored::not_stored);
    EXPECT_EQ(add("lock", "another's", 10s), Stored::stored) << "the lock is free again";
    EXPECT_EQ(erase_if("lock", "mine"), Stored::not_stored);
    expect_value("lock", "another's");
    EXPECT_EQ(set("other", "1"), Stored::stored);
    expect_value("other", "1");  // and nothing of an answer is left over
  });
}

TEST_P(Contract, LooksUpManyKeysAtOnce) {
  run([&] {
    ASSERT_NE(cache->batch(), nullptr);
    EXPECT_EQ(set("a", "1"), Stored::stored);
    EXPECT_EQ(set("c", ""), Stored::stored);
    const std::string large(500'000, 'x');
    EXPECT_EQ(set("e", large), Stored::stored);
    const std::vector<Key> keys = {{0, "a"}, {1, "b"}, {2, "c"}, {3, "d"}, {4, "e"}, {0, "a"}, {5, "f"}};
    std::map<size_t, std::string> found;
    cache->batch()->get_many(keys, fresh(), [&](size_t i, Lookup lookup) {
      EXPECT_FALSE(found.contains(i)) << i;
      EXPECT_NE(lookup.status, Lookup::Status::failed);
      found[i] = lookup.status == Lookup::Status::hit ? "=" + std::string(lookup.value) : "miss";
    });
    const std::vector<std::string> expected = {"=1", "miss", "=", "miss", "=" + large, "=1", "miss"};
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(found[i] == expected[i]) << i;
    cache->batch()->get_many({}, fresh(), [](size_t, Lookup) { ADD_FAILURE() << "there are no keys"; });
    expect_value("a", "1");
  });
}

TEST_P(Contract, LooksUpThousandsOfLongKeysAtOnce) {
  constexpr size_t kCount = 5000;  // more than a megabyte of requests: beyond what sockets buffer
  std::vector<std::string> texts;
  std::vector<Key> keys;
  for (size_t i = 0; i < kCount; ++i) texts.push_back(std::string(230, 'k') + std::to_string(i));
  for (size_t i = 0; i < kCount; ++i) keys.push_back({i, texts[i]});
  run([&] {
    for (size_t i = 0; i < kCount; i += 100) EXPECT_EQ(set(texts[i], std::to_string(i)), Stored::stored);
    size_t hits = 0, misses = 0;
    cache->batch()->get_many(keys, fresh(), [&](size_t i, Lookup lookup) {
      if (lookup.status == Lookup::Status::hit && lookup.value == std::to_string(i)) ++hits;
      if (lookup.status == Lookup::Status::miss) ++misses;
    });
    EXPECT_EQ(hits, kCount / 100);
    EXPECT_EQ(misses, kCount - kCount / 100);
  });
}

TEST_P(Contract, LooksUpManyKeysForManyClientsAtOnce) {
  const std::vector<std::string> texts = {"k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"};
  run([&] {
    for (size_t i = 0; i < texts.size(); i += 2) EXPECT_EQ(set(texts[i], texts[i]), Stored::stored);
  });
  int answers = 0, wrong = 0;
  for (size_t client = 0; client < 20; ++client) {
    loop->spawn([&, client] {
      Call own;
      std::vector<Key> keys;
      for (size_t i = 0; i < 3 + client % 5; ++i) keys.push_back({i, texts[(client + i) % texts.size()]});
      for (int turn = 0; turn < 20; ++turn) {
        own.deadline = loop->now() + 10s;
        const Lookup single = cache->get({0, texts[client % 8]}, own);
        wrong += single.status == (client % 2 == 0 ? Lookup::Status::hit : Lookup::Status::miss) ? 0 : 1;
        cache->batch()->get_many(keys, own, [&](size_t i, Lookup lookup) {
          const bool there = (client + i) % 2 == 0;
          const Lookup::Status expected = there ? Lookup::Status::hit : Lookup::Status::miss;
          wrong += lookup.status == expected && (!there || lookup.value == keys[i].text) ? 0 : 1;
          ++answers;
        });
        loop->yield();
      }
    });
  }
  loop->run();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(answers, 20 * 4 * (3 + 4 + 5 + 6 + 7));
}

class DeadlineContract : public Contract {};

TEST_P(DeadlineContract, FailsWhereTheDeadlineHasPassed) {
  run([&] {
    EXPECT_EQ(set("a", "1"), Stored::stored);
    call.deadline = loop->now() - 1ns;
    EXPECT_EQ(cache->get({0, "a"}, call).status, Lookup::Status::failed);
    EXPECT_EQ(cache->set({0, "b"}, "1", kForever, call), Stored::failed);
    EXPECT_EQ(cache->add({0, "c"}, "1", kForever, call), Stored::failed);
    EXPECT_EQ(cache->erase({0, "d"}, call), Stored::failed);
    EXPECT_EQ(cache->owned()->erase_if({0, "e"}, "1", call), Stored::failed);
    int failed = 0;
    const std::vector<Key> keys = {{0, "a"}, {1, "b"}};
    cache->batch()->get_many(keys, call, [&](size_t, Lookup l) { failed += l.status == Lookup::Status::failed; });
    EXPECT_EQ(failed, 2);
    expect_value("a", "1");  // which nobody has tried to change: a call that failed may have had its effect
  });
}

std::string name_of(const testing::TestParamInfo<BackendCase>& row) { return row.param.name; }

std::vector<BackendCase> those_that_obey_deadlines() {
  std::vector<BackendCase> backends;
  std::copy_if(std::begin(kBackends), std::end(kBackends), std::back_inserter(backends),
               [](const BackendCase& backend) { return backend.obeys_deadlines; });
  return backends;
}

INSTANTIATE_TEST_SUITE_P(Backends, Contract, testing::ValuesIn(kBackends), name_of);
INSTANTIATE_TEST_SUITE_P(Backends, DeadlineContract, testing::ValuesIn(those_that_obey_deadlines()), name_of);

}  // namespace
}  // namespace hitbench
