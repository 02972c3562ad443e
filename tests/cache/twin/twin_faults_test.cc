// What clients of a twin see of a server that dies, hangs, and is back: what those of a real one see
// (tests/cache/dead_server_test.cc), at exact times.
#include "tests/cache/twin/twin_fixture.h"

namespace hitbench {
namespace {

const Fault kKill{.action = Fault::Action::kill};
const Fault kStop{.action = Fault::Action::stop};

TEST(TwinFaults, ACallUnderWayFailsAtOnceWhenTheServerDies) {
  TwinHome home;
  home.loop->spawn([&] {
    home.sleep_until(12us);
    home.backend->fault(kKill);
  });
  home.run([&] {
    EXPECT_EQ(home.get("a"), "failed");
    EXPECT_EQ(home.now(), 12us);
    EXPECT_EQ(home.said("the server closed the connection"), 1u);
    EXPECT_EQ(home.get("a"), "failed");
    EXPECT_LT(home.now(), 30us) << "refused at once";
    EXPECT_GE(home.said("no connection: Connection refused"), 1u);
  });
}

TEST(TwinFaults, AnAnswerThatHadLeftArrives) {
  TwinHome home;
  home.loop->spawn([&] {
    home.sleep_until(16us);
    home.backend->fault(kKill);
  });
  home.run([&] { EXPECT_EQ(home.get("a"), "miss"); });
}

TEST(TwinFaults, ComesBackEmptyAndStrangersKeepTrying) {
  TwinHome home;
  home.run([&] {
    home.set("a", "1");
    home.backend->fault(kKill);
    EXPECT_EQ(home.backend->usage().version, "") << "a dead one has no figures";
    home.sleep_until(1s);
    int refused = 0;
    while (home.now() < 2s) {
      refused += home.get("a") == "failed";
      home.loop->sleep_until(home.loop->now() + 1ms);
    }
    EXPECT_GT(refused, 900) << "no call waits out a pause";
    home.backend->heal(kKill);
    const Duration healed = home.now();
    while (home.get("a") == "failed") home.loop->sleep_until(home.loop->now() + 1ms);
    EXPECT_LE(home.now() - healed, 102ms) << "one pause at most";
    EXPECT_EQ(home.get("a"), "miss");
    EXPECT_EQ(home.set("a", "2"), Stored::stored);
    EXPECT_EQ(home.get("a"), "hit:2");
  });
}

// The first call finds out, for all.
TEST(TwinFaults, ARestartThatNobodySawCostsOneCall) {
  TwinHome home(round_setting(), {.connections = 20});
  std::vector<Call> calls(20);
  const auto failures = [&] {
    int failed = 0;
    for (Call& call : calls) failed += home.cache->get({0, "a"}, call).status == Lookup::Status::failed;
    return failed;
  };
  home.run([&] {
    EXPECT_EQ(failures(), 0);
    home.backend->fault(kKill);
    home.backend->heal(kKill);
    EXPECT_EQ(failures(), 1);
    EXPECT_EQ(failures(), 0);
  });
}

TEST(TwinFaults, WhatALogKeptIsThereAfterAKill) {
  TwinSetting setting = round_setting();
  setting.appends = true;
  TwinHome home(setting);
  home.run([&] {
    home.set("a", "1");
    home.backend->fault(kKill);
    home.backend->heal(kKill);
    EXPECT_EQ(home.get("a"), "failed");
    EXPECT_EQ(home.get("a"), "hit:1");
  });
}

TEST(TwinFaults, AStoppedServerAnswersWhenItGoesOn) {
  TwinHome home;
  home.loop->spawn([&] {
    home.sleep_until(4us);
    home.backend->fault(kStop);
    home.sleep_until(700ms);
    home.backend->heal(kStop);
  });
  home.run([&] {
    home.sleep_until(1us);
    EXPECT_EQ(home.get("a"), "miss");
    EXPECT_EQ(home.now(), 700ms + 15us) << "its service and the way back";
  });
}

// Its clients gave up long ago, and their writes happen in the order in which they were sent.
TEST(TwinFaults, WhatWaitedAtAStoppedServerIsDoneWhenItGoesOn) {
  TwinHome home(round_setting(), {.connections = 2, .timeout = 1s});
  home.run([&] {
    home.backend->fault(kStop);
    for (const char* value : {"1", "2"}) {
      Call call{.deadline = home.loop->now() + 100ms};
      EXPECT_EQ(home.cache->set({0, "a"}, value, kForever, call), Stored::failed);
    }
    EXPECT_EQ(home.now(), 200ms) << "they waited for their deadlines";
    home.backend->heal(kStop);
    EXPECT_EQ(home.get("a"), "hit:2");
  });
}

// Three timeouts in a row break it; then the greeting of the next connection waits, too.
TEST(TwinFaults, ASilentConnectionBreaksAndTheNextOneServes) {
  TwinHome home(round_setting(), {.connections = 1, .timeout = 1s});
  home.run([&] {
    home.backend->fault(kStop);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(home.get("a", home.loop->now() + 100ms), "failed");
    EXPECT_EQ(home.said("no answer within the timeout"), 3u);
    EXPECT_EQ(home.get("a", home.loop->now() + 100ms), "failed");
    EXPECT_EQ(home.said("no connection: it accepts connections but does not answer"), 1u);
    home.backend->heal(kStop);
    const Duration begun = home.now();
    EXPECT_EQ(home.get("a"), "miss");
    EXPECT_LE(home.now() - begun, 100us + 40us) << "what waited, a greeting, and the call";
  });
}

TEST(TwinFaults, AKillEndsAStop) {
  TwinHome home;
  home.run([&] {
    home.backend->fault(kStop);
    home.backend->fault(kKill);
    home.backend->heal(kKill);
    home.backend->heal(kStop);
    EXPECT_EQ(home.get("a"), "failed");
    EXPECT_EQ(home.get("a"), "miss");
  });
}

TEST(TwinFaults, EachConnectionOfItsOwnIsRefused) {
  TwinHome home(round_setting(), {.per_operation = true});
  home.run([&] {
    home.backend->fault(kKill);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(home.get("a"), "failed");
    EXPECT_EQ(home.said("no connection: Connection refused"), 5u);
    home.backend->heal(kKill);
    EXPECT_EQ(home.get("a"), "miss") << "there is no pause";
  });
}

// A handshake, in which a server that is down refuses, and a greeting.
TEST(TwinFaults, ReconnectsOverItsNetworkInTwoRoundTrips) {
  TwinSetting setting = round_setting();
  setting.rtt = 400us;
  TwinHome home(std::move(setting));
  home.run([&] {
    home.get("a");
    EXPECT_EQ(home.now(), 425us);
    home.backend->fault(kKill);
    EXPECT_EQ(home.get("a"), "failed");
    EXPECT_EQ(home.now(), 425us) << "its connection has ended";
    EXPECT_EQ(home.get("a"), "failed");
    const Duration refused = home.now() - 425us;
    EXPECT_GE(refused, 400us);
    EXPECT_LT(refused, 425us);
    home.backend->heal(kKill);
    home.sleep_until(10s);
    EXPECT_EQ(home.get("a"), "miss");
    EXPECT_EQ(home.now(), 10s + 3 * 400us + 40us + 25us) << "handshake, greeting, call";
  });
}

// A process that dies in the middle of a call leaves it at the server.
TEST(TwinFaults, AWriteOfAProcessThatDiedHappens) {
  TwinHome home;
  home.run([&] {
    const Loop::Group dying = home.loop->spawn_group([&] {
      const std::string key = "a", value = "1";
      Call call;
      home.cache->set({0, key}, value, kForever, call);
    });
    home.sleep_until(5us);
    home.loop->cancel(dying);
    EXPECT_EQ(home.get("a"), "hit:1");
  });
}

}  // namespace
}  // namespace hitbench
