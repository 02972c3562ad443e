// The caches on servers against real ones: what they promise, and what happens when a server dies, hangs or refuses.
#include <gtest/gtest.h>

#include "tests/cache/servers_fixture.h"

namespace hitbench {
namespace {

class Servers : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (const std::string why = missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
  }
};
INSTANTIATE_TEST_SUITE_P(, Servers, testing::Values(Kind::redis, Kind::memcached),
                         [](const auto& kind) { return std::string(name_of(kind.param)); });

TEST_P(Servers, KeepTheirPromisesOverTcpAndUnixSocketsAndFreshConnections) {
  for (const char* transport : {"tcp", "unix"}) {
    for (const bool per_operation : {false, true}) {
      Params params = params_for(GetParam());
      params.put("transport", std::string(transport));
      const std::unique_ptr<Backend> backend = make(GetParam(), params);
      backend->start();
      const std::unique_ptr<Loop> loop = Loop::real();
      const std::unique_ptr<Cache> cache = backend->connect(*loop, {.per_operation = per_operation});
      run(*loop, [&] {
        Call call;
        const Key key{1, "a"};
        EXPECT_EQ(cache->get(key, call).status, Lookup::Status::miss);
        EXPECT_EQ(cache->set(key, "one", kForever, call), Stored::stored);
        EXPECT_EQ(cache->get(key, call).value, "one");
        EXPECT_EQ(cache->add(key, "two", 10s, call), Stored::not_stored);
        EXPECT_EQ(cache->get(key, call).value, "one");
        EXPECT_EQ(cache->erase(key, call), Stored::stored);
        EXPECT_EQ(cache->erase(key, call), Stored::not_stored);
        EXPECT_EQ(cache->add(key, "", 10s, call), Stored::stored);
        EXPECT_EQ(cache->get(key, call).status, Lookup::Status::hit);
        EXPECT_EQ(cache->get(key, call).value, "");
        const std::string large(900'000, 'x');  // beyond every buffer; memcached takes up to a MiB
        EXPECT_EQ(cache->set({2, "large"}, large, kForever, call), Stored::stored);
        EXPECT_EQ(cache->get({2, "large"}, call).value, large);
      });
      const BackendUsage usage = backend->usage();
      EXPECT_TRUE(usage.version.starts_with(std::string(name_of(GetParam())) + " ")) << usage.version;
      EXPECT_EQ(usage.entries, 2u);
      EXPECT_EQ(usage.evictions, 0u);
      // Redis takes its clients' buffers off what it holds, ten times per second: just after a large reply too much.
      uint64_t memory = usage.memory_bytes.value_or(0);
      for (int tries = 0; tries < 1000 && memory <= 900'000u; ++tries) {
        usleep(10'000);
        memory = backend->usage().memory_bytes.value_or(0);
      }
      EXPECT_GT(memory, 900'000u);
      EXPECT_GE(usage.commands.value_or(0), 9u);
      EXPECT_GT(usage.cpu.value_or(Duration{0}), Duration{0});
      const std::optional<ThreadTimes> threads = backend->thread_times();
      if (thread_times(std::vector{getpid()})) {  // else the kernel keeps no account
        EXPECT_GT(threads.value_or(ThreadTimes{}).ran(), Duration{0});
      }
    }
  }
}

TEST_P(Servers, ForgetWhatHasOutlivedItsTtl) {
  OwnServer server(GetParam());
  const std::unique_ptr<Backend> backend = make(GetParam(), server.params());
  backend->start();
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> cache = backend->connect(*loop, {});
  run(*loop, [&] {
    Call call;
    EXPECT_EQ(cache->set({1, "short"}, "x", 20ms, call), Stored::stored);
    EXPECT_EQ(cache->set({2, "long"}, "x", 1h, call), Stored::stored);
    const Time end = loop->now() + 10s;
    while (cache->get({1, "short"}, call).status == Lookup::Status::hit && loop->now() < end) {
      loop->sleep_until(loop->now() + 10ms);
    }
    EXPECT_LT(loop->now(), end);
    EXPECT_EQ(cache->get({2, "long"}, call).status, Lookup::Status::hit);
  });
}

TEST_P(Servers, AnswerEveryoneOfEightHundredClientsOnFiftyConnectionsWithTheirOwnValue) {
  const std::unique_ptr<Backend> backend = make(GetParam(), params_for(GetParam()));
  backend->start();
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> cache = backend->connect(*loop, {.connections = 50, .timeout = 20s});
  run(*loop, [&] {
    Call call;
    fill(*cache, 800, call);
  });
  Counts counts;
  for (int client = 0; client < 800; ++client) {
    loop->spawn([&, client] {
      Call call;
      for (int i = 0; i < 50; ++i) read_and_check(*cache, (client * 7 + i * 13) % 1000, call, counts);
    });
  }
  loop->run();
  EXPECT_EQ(counts.wrong, 0);
  EXPECT_EQ(counts.failed, 0);
  EXPECT_EQ(counts.hits + counts.misses, 800 * 50);
  EXPECT_GT(counts.misses, 0);
}

TEST_P(Servers, FailCallsWhileTheServerIsDeadAndComeBackOnTheSamePort) {
  OwnServer server(GetParam());
  const std::unique_ptr<Backend> backend = make(GetParam(), server.params());
  backend->start();
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> cache = backend->connect(*loop, {.connections = 4, .timeout = 50ms});
  Duration patience = 10s;  // a machine that stands still is no failure; from the kill on, nobody should wait for long
  bool restarted = false;
  Counts before, after;
  int came_back = 0;
  for (int client = 0; client < 16; ++client) {
    loop->spawn([&, client] {
      Call call;
      const Time end = loop->now() + 60s;
      while (!restarted && loop->now() < end) {
        call.deadline = loop->now() + patience;
        read_and_check(*cache, client, call, before);
        loop->yield();  // a refusal comes at once
      }
      Counts mine;
      while (mine.misses == 0 && loop->now() < end) {
        call.deadline = loop->now() + 50ms;
        read_and_check(*cache, client, call, mine);
        loop->yield();
      }
      came_back += mine.misses;
      after.wrong += mine.wrong;
    });
  }
  run(*loop, [&] {
    while (before.misses < 100) loop->sleep_until(loop->now() + 1ms);
    EXPECT_EQ(before.failed, 0);
    patience = 50ms;
    server.kill();
    while (before.failed < 100) loop->sleep_until(loop->now() + 1ms);
    server.start();
    restarted = true;
  });
  EXPECT_EQ(came_back, 16);
  EXPECT_EQ(before.wrong + after.wrong, 0);
}

TEST_P(Servers, TimeOutWhileTheServerHangsAndNeverMixUpLateReplies) {
  OwnServer server(GetParam());
  const std::unique_ptr<Backend> backend = make(GetParam(), server.params());
  backend->start();
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> cache = backend->connect(*loop, {.connections = 4, .timeout = 100ms});
  run(*loop, [&] {
    Call call;
    fill(*cache, 64, call);
  });
  Counts counts;
  bool recovered = false;
  for (int client = 0; client < 16; ++client) {
    loop->spawn([&, client] {
      Call call;
      int i = client;
      while (!recovered) {
        call.deadline = loop->now() + 30ms;
        read_and_check(*cache, i++ % 64, call, counts);
      }
    });
  }
  run(*loop, [&] {
    for (const int failures : {1, 5, 40, 200}) {  // from one late reply to broken connections
      const int failed = counts.failed, hits = counts.hits;
      while (counts.hits < hits + 200) loop->sleep_until(loop->now() + 1ms);
      server.process().signal(SIGSTOP);
      while (counts.failed < failed + failures) loop->sleep_until(loop->now() + 1ms);
      server.process().signal(SIGCONT);
    }
    const int hits = counts.hits;
    while (counts.hits < hits + 1000) loop->sleep_until(loop->now() + 1ms);
    recovered = true;
  });
  EXPECT_EQ(counts.wrong, 0);
  EXPECT_EQ(counts.misses, 0);
}

// Looks up `count` keys at once, of which fill() has stored some.
Counts read_many_and_check(Cache& cache, int count, Call& call) {
  std::vector<std::string> texts;
  std::vector<Key> keys;
  for (int id = 0; id < count; ++id) texts.push_back("key-" + std::to_string(id));
  for (int id = 0; id < count; ++id) keys.push_back({static_cast<uint64_t>(id), texts[static_cast<size_t>(id)]});
  Counts counts;
  cache.batch()->get_many(keys, call, [&](size_t i, Lookup found) {
    if (found.status == Lookup::Status::failed) {
      ++counts.failed;
    } else if (found.status == Lookup::Status::miss) {
      ++counts.misses;
    } else {
      ++(found.value == "value of " + texts[i] ? counts.hits : counts.wrong);
    }
  });
  return counts;
}

TEST_P(Servers, FailEveryLookUpOfABatchWhileTheyHangOrAreDead) {
  OwnServer server(GetParam());
  const std::unique_ptr<Backend> backend = make(GetParam(), server.params());
  backend->start();
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> cache = backend->connect(*loop, {.connections = 1, .timeout = 10s});
  run(*loop, [&] {
    Call call;
    fill(*cache, 64, call);
    EXPECT_EQ(read_many_and_check(*cache, 100, call).misses, 36);
    server.process().signal(SIGSTOP);
    call.deadline = loop->now() + 20ms;
    EXPECT_EQ(read_many_and_check(*cache, 100, call).failed, 100);
    server.process().signal(SIGCONT);
    call.deadline = kNever;  // the late replies to the first batch come before those to the second
    const Counts late = read_many_and_check(*cache, 80, call);
    EXPECT_EQ(late.hits, 64);
    EXPECT_EQ(late.misses, 16);
    EXPECT_EQ(late.wrong, 0);
    server.kill();
    call.deadline = loop->now() + 50ms;
    EXPECT_EQ(read_many_and_check(*cache, 100, call).failed, 100);
  });
}

TEST(Redis, GetsABatchInOneWrite) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  OwnServer server(Kind::redis);
  const std::unique_ptr<Backend> backend = make(Kind::redis, server.params());
  backend->start();
  const Address address{.unix = false, .host_or_path = "127.0.0.1", .port = server.port()};
  const Socket socket = connect_blocking(address, 10s).socket;
  const auto reads = [&] {  // how often the server has found something to read on a connection
    const Reply info = request_blocking(
        socket, "INFO stats\r\n", [](std::string_view text) { return text.ends_with("\r\n\r\n"); }, 10s);
    const std::string_view name = "total_reads_processed:";
    return std::stoull(info.text.substr(info.text.find(name) + name.size()));
  };
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> cache = backend->connect(*loop, {});
  run(*loop, [&] {
    Call call;
    fill(*cache, 100, call);
    const uint64_t before = reads(), between = reads();
    EXPECT_EQ(read_many_and_check(*cache, 100, call).hits, 100);
    EXPECT_EQ(reads() - between, between - before + 1);
  });
}

TEST_P(Servers, SayThatAUsersServerRefusesTheConnection) {
  Params params = params_for(GetParam());
  const int port = free_port();
  params.put("address", std::string(name_of(GetParam())) + "://127.0.0.1:" + std::to_string(port));
  const std::string message = message_of([&] { make(GetParam(), params)->start(); });
  EXPECT_EQ(message,
            std::string(name_of(GetParam())) + " at 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

// A socket that listens: the kernel accepts, nobody answers.
TEST_P(Servers, SayThatAUsersServerNeverAnswers) {
  const std::string path = run_directory() + "/silent.sock";
  unlink(path.c_str());
  const Socket listener(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_storage storage{};
  storage.ss_family = AF_UNIX;
  path.copy(reinterpret_cast<char*>(&storage) + sizeof storage.ss_family, path.size());
  ASSERT_EQ(bind(listener.fd(), reinterpret_cast<const sockaddr*>(&storage), 110), 0);
  ASSERT_EQ(listen(listener.fd(), 8), 0);
  Params params = params_for(GetParam());
  params.put("address", std::string(name_of(GetParam())) + "+unix://" + path);
  const std::unique_ptr<Backend> backend = make(GetParam(), params);
  EXPECT_NE(message_of([&] { backend->start(); }).find("does not answer"), std::string::npos);
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::string message = message_of([&] { backend->connect(*loop, {.timeout = 50ms}); });
  EXPECT_NE(message.find(path + ": it accepts connections but does not answer"), std::string::npos) << message;
}

TEST_P(Servers, LeaveForeignKeysOnAUsersServerAlone) {
  OwnServer server(GetParam());
  Params plain = server.params();
  plain.put("key_prefix", std::string("hitbench:"));
  const std::unique_ptr<Backend> visitor = make(GetParam(), server.params()), owner = make(GetParam(), plain);
  visitor->start();
  owner->start();
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> ours = visitor->connect(*loop, {.connections = 2}), theirs = owner->connect(*loop, {});
  run(*loop, [&] {
    Call call;
    EXPECT_EQ(theirs->set({0, "key-0"}, "foreign", kForever, call), Stored::stored);
    fill(*ours, 500, call);
    EXPECT_EQ(ours->add({kFirstAbsentKey, "absent"}, "null", 1h, call), Stored::stored);
    EXPECT_EQ(theirs->get({0, "0123abcd:key-7"}, call).value, "value of key-7");
  });
  EXPECT_EQ(owner->usage().entries, 502u);
  run(*loop, [&] {
    Call call;
    int removed = 0;
    EXPECT_EQ(ours->remove_own_keys([&] { ++removed; }), 0u);
    EXPECT_EQ(removed, 501);
    EXPECT_EQ(theirs->get({0, "key-0"}, call).value, "foreign");
  });
  EXPECT_EQ(owner->usage().entries, 1u);
}

// Without a prefix of its own a run would write over the user's keys and then remove them.
TEST_P(Servers, AUsersServerNeedsAPrefixThatNoProtocolBreaks) {
  OwnServer server(GetParam());
  for (const std::string prefix : {"", "two words", "line\r\n"}) {
    Params params = server.params();
    params.put("key_prefix", prefix);
    EXPECT_THROW(make(GetParam(), params), Error) << prefix;
  }
}

TEST_P(Servers, AreSkippedWithTheRemedyWhenTheProgramIsMissing) {
  Params params = params_for(GetParam());
  params.put("server", std::string("no-such-server"));
  try {
    make(GetParam(), params)->start();
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::unavailable);
    EXPECT_STREQ(error.what(), "no-such-server is not on the PATH");
    EXPECT_EQ(error.remedy(), std::string("sudo apt-get install ") + program_of(GetParam()));
  }
}

TEST_P(Servers, ShowTheEndOfTheLogWhenAPrivateServerDoesNotComeUp) {
  Params params = params_for(GetParam());
  params.put("args", std::vector<std::string>{"--no-such-option", "x"});
  const std::string message = message_of([&] { make(GetParam(), params)->start(); });
  EXPECT_NE(message.find("it ended with exit code "), std::string::npos) << message;
  EXPECT_NE(message.find("; the end of its log:"), std::string::npos) << message;
  EXPECT_NE(message.find("no-such-option"), std::string::npos) << message;
}

TEST(Redis, WantsTheRightPassword) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  OwnServer server(Kind::redis, {"--requirepass", "right"});
  Params params = server.params();
  unsetenv("REDISCLI_AUTH");
  EXPECT_NE(message_of([&] { make("redis", params)->start(); }).find("NOAUTH"), std::string::npos);
  setenv("REDISCLI_AUTH", "wrong", 1);
  const std::string message = message_of([&] { make("redis", params)->start(); });
  EXPECT_NE(message.find("WRONGPASS"), std::string::npos) << message;
  EXPECT_EQ(message.find("\"wrong\""), std::string::npos);
  setenv("REDISCLI_AUTH", "right", 1);
  const std::unique_ptr<Backend> backend = make("redis", params);
  backend->start();
  unsetenv("REDISCLI_AUTH");
  EXPECT_NE(backend->usage().version, "");
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> cache = backend->connect(*loop, {});
  run(*loop, [&] {
    Call call;
    EXPECT_EQ(cache->set({1, "a"}, "x", kForever, call), Stored::stored);
  });
}

TEST(Redis, KeepsToTheDatabaseOfItsAddress) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  OwnServer server(Kind::redis);
  Params first = server.params(), second = server.params(), beyond = server.params();
  first.put("address", server.params().text("address") + "/1");
  second.put("address", server.params().text("address") + "/2");
  beyond.put("address", server.params().text("address") + "/99");
  const std::unique_ptr<Backend> one = make("redis", first), two = make("redis", second);
  one->start();
  two->start();
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> a = one->connect(*loop, {}), b = two->connect(*loop, {});
  run(*loop, [&] {
    Call call;
    EXPECT_EQ(a->set({1, "a"}, "x", kForever, call), Stored::stored);
    EXPECT_EQ(b->get({1, "a"}, call).status, Lookup::Status::miss);
  });
  EXPECT_NE(message_of([&] { make("redis", beyond)->start(); }).find("out of range"), std::string::npos);
}

}  // namespace
}  // namespace hitbench
