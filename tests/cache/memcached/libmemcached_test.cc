// The cache "libmemcached" against a real memcached.
#include <gtest/gtest.h>

#include "tests/cache/servers_fixture.h"

namespace hitbench {
namespace {

TEST(Libmemcached, KeepsItsPromisesOverTcpAndUnixSockets) {
  if (const std::string why = missing("libmemcached", "memcached"); !why.empty()) GTEST_SKIP() << why;
  for (const char* transport : {"tcp", "unix"}) {
    Params params = params_for(Kind::memcached);
    params.put("transport", std::string(transport));
    const std::unique_ptr<Backend> backend = make("libmemcached", params);
    backend->start();
    const std::unique_ptr<Loop> loop = Loop::real();
    const std::unique_ptr<Cache> cache = backend->connect(*loop, {});
    run(*loop, [&] {
      Call call;
      const Key key{1, "a"};
      EXPECT_EQ(cache->get(key, call).status, Lookup::Status::miss);
      EXPECT_EQ(cache->set(key, "one", kForever, call), Stored::stored);
      EXPECT_EQ(cache->add(key, "two", 10s, call), Stored::not_stored);
      EXPECT_EQ(cache->get(key, call).value, "one");
      EXPECT_EQ(cache->erase(key, call), Stored::stored);
      EXPECT_EQ(cache->erase(key, call), Stored::not_stored);
      EXPECT_EQ(cache->add(key, "", 10s, call), Stored::stored);
      EXPECT_EQ(cache->get(key, call).status, Lookup::Status::hit);
    });
    EXPECT_EQ(backend->usage().entries, 1u);
  }
}

// A server that a test may break, and a cache on it.
struct ServerThatFails {
  explicit ServerThatFails(Duration timeout) : backend(make("libmemcached", params_of(server))) {
    backend->start();
    cache = backend->connect(*loop, {.timeout = timeout});
  }
  static Params params_of(const OwnServer& server) {
    Params params = server.params();
    params.put("address", "lib" + params.text("address"));
    return params;
  }

  OwnServer server{Kind::memcached};
  std::unique_ptr<Backend> backend;
  std::unique_ptr<Loop> loop = Loop::real();
  std::unique_ptr<Cache> cache;
};

TEST(Libmemcached, FailsCallsWhileTheServerIsDeadAndComesBack) {
  if (const std::string why = missing("libmemcached", "memcached"); !why.empty()) GTEST_SKIP() << why;
  ServerThatFails home(50ms);
  run(*home.loop, [&] {
    Call call;
    Counts counts;
    fill(*home.cache, 4, call);
    read_and_check(*home.cache, 1, call, counts);
    EXPECT_EQ(counts.hits, 1);
    home.server.kill();
    for (int i = 0; i < 5; ++i) read_and_check(*home.cache, 1, call, counts);
    EXPECT_EQ(counts.failed, 5);
    home.server.start();
    const Time end = home.loop->now() + 20s;
    while (counts.misses == 0 && home.loop->now() < end) read_and_check(*home.cache, 1, call, counts);
    EXPECT_EQ(counts.misses, 1);
    EXPECT_EQ(counts.wrong, 0);
  });
}

// Each call tries to connect, and the port refuses: with a timeout of ten minutes nobody may wait for it.
TEST(Libmemcached, IsRefusedAtOnceByADeadServerAndServesAgainWhenItIsBack) {
  if (const std::string why = missing("libmemcached", "memcached"); !why.empty()) GTEST_SKIP() << why;
  ServerThatFails home(600s);
  run(*home.loop, [&] {
    Call call;
    Counts counts;
    fill(*home.cache, 4, call);
    home.server.kill();
    for (int i = 0; i < 20; ++i) read_and_check(*home.cache, 1, call, counts);
    EXPECT_EQ(counts.failed, 20);
    home.server.start();
    const Time end = home.loop->now() + 20s;  // the library tries again from the next whole second on
    while (counts.misses == 0 && home.loop->now() < end) {
      read_and_check(*home.cache, 1, call, counts);
      home.loop->sleep_until(home.loop->now() + 1ms);
    }
    EXPECT_EQ(counts.misses, 1);
  });
}

TEST(Libmemcached, GivesUpAtTheDeadlineOfACallWhenTheServerHangs) {
  if (const std::string why = missing("libmemcached", "memcached"); !why.empty()) GTEST_SKIP() << why;
  ServerThatFails home(600s);
  run(*home.loop, [&] {
    Call call;
    Counts counts;
    fill(*home.cache, 4, call);
    home.server.process().signal(SIGSTOP);
    for (const Duration left : {Duration(20ms), Duration(10ms), Duration(-1ns)}) {
      call.deadline = home.loop->now() + left;
      read_and_check(*home.cache, 1, call, counts);  // with the timeout alone, for ten minutes
    }
    EXPECT_EQ(counts.failed, 3);
    home.server.process().signal(SIGCONT);
    const Time end = home.loop->now() + 20s;
    while (counts.hits == 0 && home.loop->now() < end) {
      call.deadline = home.loop->now() + 5s;
      read_and_check(*home.cache, 2, call, counts);
    }
    EXPECT_EQ(counts.hits, 1);
    EXPECT_EQ(counts.wrong, 0);  // the late reply was dropped
  });
}

}  // namespace
}  // namespace hitbench
