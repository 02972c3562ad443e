// What calls see of a server that died, hangs, refuses, and is back. Events decide, not the clock: calls have ten
// minutes, so that one which waits where it should not lets the test run out of time.
#include <gtest/gtest.h>

#include "cache/connection_channel.h"
#include "strategy/fail_safe.h"
#include "tests/cache/servers_fixture.h"

namespace hitbench {
namespace {

constexpr Duration kPatience = 600s;

// A server, and clients that share connections to it.
struct Home {
  explicit Home(Kind kind, int connections, bool per_operation = false)
      : server(kind), backend(make(kind, server.params())) {
    backend->start();
    cache = backend->connect(*loop, {.connections = connections, .timeout = kPatience, .per_operation = per_operation});
    calls.resize(static_cast<size_t>(connections));
  }

  Lookup::Status get(Cache& from, size_t client) {
    return from.get({client, "key-" + std::to_string(client)}, calls.at(client)).status;
  }
  Lookup::Status get(size_t client) { return get(*cache, client); }
  // How many clients fail with their next call.
  int failures(Cache& from) {
    int failed = 0;
    for (size_t client = 0; client < calls.size(); ++client) failed += get(from, client) == Lookup::Status::failed;
    return failed;
  }
  void sleep(Duration time) const { loop->sleep_until(loop->now() + time); }

  OwnServer server;
  std::unique_ptr<Backend> backend;
  std::unique_ptr<Loop> loop = Loop::real();
  std::unique_ptr<Cache> cache;
  std::vector<Call> calls;
};

class DeadServers : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (const std::string why = missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
  }
};
INSTANTIATE_TEST_SUITE_P(, DeadServers, testing::Values(Kind::redis, Kind::memcached),
                         [](const auto& kind) { return std::string(name_of(kind.param)); });

TEST_P(DeadServers, RefuseAtOnceAndAStoppedOneTimesOut) {
  for (const bool per_operation : {false, true}) {
    Home home(GetParam(), 8, per_operation);
    run(*home.loop, [&] {
      EXPECT_EQ(home.failures(*home.cache), 0);
      home.server.process().signal(SIGSTOP);
      const Time deadline = home.loop->now() + 50ms;
      home.calls[0].deadline = deadline;
      EXPECT_EQ(home.get(0), Lookup::Status::failed);
      EXPECT_GE(home.loop->now(), deadline) << "nobody refused: it had to wait";
      home.calls[0].deadline = kNever;
      home.server.process().signal(SIGCONT);
      EXPECT_EQ(home.failures(*home.cache), 0);
      home.server.kill();
      for (int round = 0; round < 20; ++round) EXPECT_EQ(home.failures(*home.cache), 8);
    });
  }
}

// Another fiber counts its turns: the call that is refused takes one or two, and a pause thousands.
TEST_P(DeadServers, NobodyWaitsForThePauseBetweenAttempts) {
  Home home(GetParam(), 4);
  run(*home.loop, [&] {
    home.server.kill();
    int turns = 0;
    bool over = false;
    Event ended;
    home.loop->spawn([&] {
      while (!over) ++turns, home.loop->yield();
      ended.set();
    });
    constexpr int kRounds = 50;
    for (int round = 0; round < kRounds; ++round) EXPECT_EQ(home.failures(*home.cache), 4);
    over = true;
    home.loop->wait(ended, kNever);
    EXPECT_LT(turns, 20 * 4 * kRounds);
  });
}

// Most connections stand idle while the server is dead: nobody has noticed that they are, too.
TEST_P(DeadServers, WhenTheFirstCallIsAnsweredAgainAllConnectionsServe) {
  Home home(GetParam(), 50);
  run(*home.loop, [&] {
    EXPECT_EQ(home.failures(*home.cache), 0);
    home.server.kill();
    for (size_t client = 0; client < 5; ++client) EXPECT_EQ(home.get(client), Lookup::Status::failed);
    home.server.start();
    while (home.get(0) == Lookup::Status::failed) home.sleep(1ms);
    EXPECT_EQ(home.failures(*home.cache), 0);
  });
}

// It died and is back before anybody has asked: the first call finds that out, for all.
TEST_P(DeadServers, ARestartThatNobodySawCostsOneCall) {
  Home home(GetParam(), 20);
  run(*home.loop, [&] {
    EXPECT_EQ(home.failures(*home.cache), 0);
    home.server.kill();
    home.server.start();
    EXPECT_EQ(home.failures(*home.cache), 1);
    EXPECT_EQ(home.failures(*home.cache), 0);
  });
}

TEST_P(DeadServers, ABreakersFirstProbeThatIsAnsweredBringsAllConnectionsBack) {
  Home home(GetParam(), 50);
  Params params;
  params.put("errors", int64_t{5});
  params.put("open", Duration(10ms));
  params.put("timeout", kPatience);
  Breaker breaker(params, *home.cache, *home.loop);
  run(*home.loop, [&] {
    EXPECT_EQ(home.failures(breaker), 0);
    home.server.kill();
    EXPECT_EQ(home.failures(breaker), 50);
    home.server.start();
    while (home.get(breaker, 7) == Lookup::Status::failed) home.sleep(1ms);
    EXPECT_EQ(home.failures(breaker), 0) << "and none of them opens it again";
    EXPECT_EQ(home.failures(breaker), 0);
  });
}

TEST_P(DeadServers, APrivateOneOnAUnixSocketRefusesToo) {
  Params params = params_for(GetParam());
  params.put("transport", std::string("unix"));
  const std::unique_ptr<Backend> backend = make(GetParam(), params);
  backend->start();
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> cache = backend->connect(*loop, {.connections = 4, .timeout = kPatience});
  run(*loop, [&] {
    std::vector<Call> calls(4);
    const auto failures = [&] {
      int failed = 0;
      for (Call& call : calls) failed += cache->get({1, "a"}, call).status == Lookup::Status::failed;
      return failed;
    };
    EXPECT_EQ(failures(), 0);
    const Fault kill{.action = Fault::Action::kill};
    backend->fault(kill);
    EXPECT_EQ(failures(), 4);
    EXPECT_EQ(failures(), 4);
    backend->heal(kill);
    while (failures() > 0) loop->sleep_until(loop->now() + 1ms);
    EXPECT_EQ(failures(), 0);
  });
}

TEST(ServerContact, TriesARefusingServerMoreAndMoreSeldomAndAtOnceWhenItIsBack) {
  ServerContact contact(7);
  Time now{1s};
  EXPECT_FALSE(contact.is_refused(now));
  contact.connecting(now);
  EXPECT_FALSE(contact.is_refused(now)) << "others may try, too: nobody has been refused";
  contact.refused(now, "refused");
  int attempts = 1;
  for (const Time end = now + 10s; now < end; now += 1ms) {
    if (contact.is_refused(now)) continue;
    contact.connecting(now);
    EXPECT_TRUE(contact.is_refused(now)) << "one at a time";
    contact.refused(now, "refused");
    ++attempts;
  }
  EXPECT_GE(attempts, 95) << "one in 100 ms at least";
  EXPECT_LE(attempts, 210) << "one in 50 ms at most, but for the first few";
  const uint64_t before = contact.endings();
  contact.connected();
  EXPECT_FALSE(contact.is_refused(now));
  EXPECT_GT(contact.endings(), before) << "the others are to look at their connections";
  contact.refused(now, "refused");
  EXPECT_TRUE(contact.is_refused(now + 4ms));
  EXPECT_FALSE(contact.is_refused(now + 20ms)) << "the pauses begin at the shortest again";
}

TEST(ServerContact, WhoDoesNotAnswerIsNoReasonToRefuseOthers) {
  ServerContact contact(7);
  contact.refused(Time{1s}, "refused");
  contact.connecting(Time{2s});
  contact.unanswered();
  EXPECT_FALSE(contact.is_refused(Time{2s}));
}

}  // namespace
}  // namespace hitbench
