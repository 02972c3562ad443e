// What fail-safe does while the cache is down: the breaker, and the limit on the origin.
#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

class FailSafe : public StrategyTest {
 protected:
  std::unique_ptr<Strategy> safe(const std::string& fields) {
    return strategy(R"({"type": "cache-aside", "ttl": "none", "fail_safe": {)" + fields + "}}");
  }
  // How many calls reach the cache behind the breaker in one read.
  int calls_of_a_read(Strategy& of) {
    const int before = cache_.calls;
    read(of);
    return cache_.calls - before;
  }
  void fail_reads(Strategy& of, int count) {
    cache_.broken = true;
    for (int i = 0; i < count; ++i) read(of);
  }
};

TEST_F(FailSafe, ReadsGoToTheOriginWhileTheCacheFails) {
  const auto made = safe("");
  run([&] {
    cache_.broken = true;
    const Answer answer = read(*made);
    EXPECT_EQ(answer.outcome, Outcome::miss);
    EXPECT_EQ(answer.write_id, 1u);
    EXPECT_EQ(origin_.loads, 1);
    origin_.broken = true;
    EXPECT_EQ(read(*made).outcome, Outcome::failed);
  });
}

TEST_F(FailSafe, OpensAfterSoManyFailuresInARow) {
  const auto made = safe(R"("errors": 3, "open": "1h")");
  run([&] {
    fail_reads(*made, 2);
    EXPECT_EQ(calls_of_a_read(*made), 1) << "the third call still goes";
    EXPECT_EQ(calls_of_a_read(*made), 0);
  });
}

TEST_F(FailSafe, AnAnswerInBetweenStartsTheCountAnew) {
  const auto made = safe(R"("errors": 3, "open": "1h")");
  run([&] {
    fail_reads(*made, 2);
    cache_.broken = false;
    read(*made);
    fail_reads(*made, 2);
    EXPECT_EQ(calls_of_a_read(*made), 1);
    EXPECT_EQ(calls_of_a_read(*made), 0);
  });
}

TEST_F(FailSafe, LetsOneProbeThroughAfterTheOpenTime) {
  const auto made = safe(R"("errors": 1, "open": "1s")");
  run([&] {
    fail_reads(*made, 1);
    const Time opened = loop_->now() - origin_.latency;
    loop_->sleep_until(opened + seconds(1) - Duration(1));
    EXPECT_EQ(calls_of_a_read(*made), 0);
    loop_->sleep_until(opened + seconds(1));
    EXPECT_EQ(calls_of_a_read(*made), 1);
    EXPECT_EQ(calls_of_a_read(*made), 0) << "the probe failed: open for another second";
  });
}

TEST_F(FailSafe, OneProbeAtATimeHoweverLongItTakes) {
  const auto made = safe(R"("errors": 1, "open": "10ms", "timeout": "50ms")");
  run([&] {
    fail_reads(*made, 1);
    cache_.hangs = loop_.get();
    loop_->sleep_until(loop_->now() + milliseconds(20));
    Event done;
    int left = 2;
    const int before = cache_.calls;
    Client other{.cache = client_.cache, .origin = &origin_, .loop = *loop_, .rng = rng_};
    loop_->spawn([&] { read(*made, other), --left == 0 ? done.set() : void(); });
    loop_->sleep_until(loop_->now() + milliseconds(30));
    loop_->spawn([&] { read(*made), --left == 0 ? done.set() : void(); });
    loop_->wait(done, kNever);
    EXPECT_EQ(cache_.calls - before, 1) << "the first had not answered yet";
  });
}

TEST_F(FailSafe, ClosesWithTheFirstProbeThatIsAnswered) {
  const auto made = safe(R"("errors": 2, "open": "1s")");
  run([&] {
    fail_reads(*made, 2);
    cache_.broken = false;
    EXPECT_EQ(calls_of_a_read(*made), 0);
    loop_->sleep_until(loop_->now() + seconds(1));
    EXPECT_EQ(calls_of_a_read(*made), 2) << "lookup and fill";
    EXPECT_EQ(read(*made).outcome, Outcome::fresh_hit);
    fail_reads(*made, 1);
    EXPECT_EQ(calls_of_a_read(*made), 1) << "it takes two failures again";
  });
}

TEST_F(FailSafe, ACallThatWasUnderWayWhenItOpenedDoesNotCloseItLate) {
  const auto made = safe(R"("errors": 1, "open": "1h", "timeout": "50ms")");
  run([&] {
    cache_.hangs = loop_.get();
    cache_.hang = milliseconds(20);  // answers in the end
    Event done;
    Client other{.cache = client_.cache, .origin = &origin_, .loop = *loop_, .rng = rng_};
    loop_->spawn([&] { read(*made, other), done.set(); });
    loop_->sleep_until(loop_->now() + milliseconds(1));
    cache_.hangs = nullptr;
    fail_reads(*made, 1);
    cache_.broken = false;
    loop_->wait(done, kNever);
    EXPECT_EQ(calls_of_a_read(*made), 0) << "what was sent before the failure says nothing about now";
  });
}

TEST_F(FailSafe, ACallThatWasUnderWayWhenItOpenedDoesNotOpenTheClosedOneAgain) {
  const auto made = safe(R"("errors": 1, "open": "10ms", "timeout": "50ms")");
  run([&] {
    cache_.hangs = loop_.get();  // until its timeout
    Event done;
    Client other{.cache = client_.cache, .origin = &origin_, .loop = *loop_, .rng = rng_};
    loop_->spawn([&] { read(*made, other), done.set(); });
    loop_->sleep_until(loop_->now() + milliseconds(1));
    cache_.hangs = nullptr;
    fail_reads(*made, 1);
    cache_.broken = false;
    loop_->sleep_until(loop_->now() + milliseconds(20));
    EXPECT_EQ(calls_of_a_read(*made), 2) << "the probe is answered, and the miss filled";
    loop_->wait(done, kNever);
    EXPECT_EQ(calls_of_a_read(*made), 1) << "closed: what failed had been sent long before";
  });
}

TEST_F(FailSafe, ACacheCallHasATimeOutOfItsOwn) {
  const auto made = safe(R"("errors": 5, "timeout": "50ms")");
  run([&] {
    cache_.hangs = loop_.get();
    const Time begun = loop_->now();
    const Answer answer = read(*made);
    EXPECT_EQ(answer.outcome, Outcome::miss);
    EXPECT_EQ(loop_->now(), begun + milliseconds(50) + origin_.latency);
    EXPECT_EQ(client_.cache_call.deadline, begun + timeout_) << "the operation's own is untouched";
  });
}

TEST_F(FailSafe, WritesAreAcknowledgedWhenTheOriginHasThem) {
  const auto made = safe("");
  run([&] {
    cache_.broken = true;
    EXPECT_TRUE(write(*made, 7, "new"));
    EXPECT_EQ(origin_.write_id, 7u);
    EXPECT_TRUE(erase(*made, 8));
    origin_.broken = true;
    EXPECT_FALSE(write(*made, 9, "newer"));
  });
}

class OriginLimited : public FailSafe {
 protected:
  // `count` clients read, one `apart` from the next; what they got, and in which order.
  void read_together(Strategy& of, int count, Duration apart) {
    cache_.broken = true;
    Event done;
    int left = count;
    for (int i = 0; i < count; ++i) {
      clients_.push_back(std::make_unique<Client>(
          Client{.cache = client_.cache, .origin = &origin_, .loop = *loop_, .rng = rng_, .id = i}));
      loop_->spawn([&, i, apart] {
        loop_->sleep_until(loop_->now() + i * apart);
        const Answer answer = read(of, *clients_[static_cast<size_t>(i)]);
        (answer.outcome == Outcome::failed ? failed_ : served_).push_back(i);
        if (--left == 0) done.set();
      });
    }
    loop_->wait(done, kNever);
  }

  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<int> served_, failed_;
};

TEST_F(OriginLimited, SoManyReadsAreAtTheOriginAtOnceInTheOrderTheyCame) {
  const auto made = safe(R"("origin_limit": 2)");
  origin_.latency = milliseconds(100);
  run([&] {
    const Time begun = loop_->now();
    read_together(*made, 6, milliseconds(1));
    EXPECT_EQ(served_, (std::vector<int>{0, 1, 2, 3, 4, 5}));
    EXPECT_GE(loop_->now(), begun + milliseconds(300)) << "three rounds of two";
    EXPECT_LT(loop_->now(), begun + milliseconds(310));
  });
}

TEST_F(OriginLimited, WhoFindsNoPlaceInTimeFailsWithoutAskingTheOrigin) {
  const auto made = safe(R"("origin_limit": 1)");
  origin_.latency = milliseconds(600);
  run([&] {
    read_together(*made, 3, Duration{0});
    EXPECT_EQ(served_, std::vector<int>{0});
    EXPECT_EQ(failed_.size(), 2u);
    EXPECT_EQ(origin_.loads, 2) << "the second got its place, too late to be answered";
    const Time begun = loop_->now();
    EXPECT_EQ(read(*made).outcome, Outcome::miss) << "no place was lost";
    EXPECT_EQ(loop_->now(), begun + milliseconds(600));
  });
}

TEST_F(OriginLimited, WhoMissesInACacheThatIsBackWaitsBehindThoseItFailed) {
  const auto made = safe(R"("origin_limit": 1)");
  origin_.latency = milliseconds(100);
  run([&] {
    std::vector<Answer> answers;
    loop_->spawn([&] {
      loop_->sleep_until(loop_->now() + milliseconds(10));
      cache_.broken = false;
      read_later(*made, milliseconds(10), answers);
      read_later(*made, milliseconds(20), answers);
    });
    read_together(*made, 3, milliseconds(1));
    EXPECT_EQ(served_.size(), 3u);
    EXPECT_TRUE(answers.empty());
    loop_->sleep_until(loop_->now() + milliseconds(110));
    EXPECT_EQ(count(answers, Outcome::miss), 1);
    EXPECT_EQ(count(answers, Outcome::coalesced), 1) << "it looks again when its turn has come";
    EXPECT_EQ(origin_.loads, 4);
    cache_.stored.clear();
    read_later(*made, Duration{0}, answers);
    read_later(*made, Duration{0}, answers);
    loop_->sleep_until(loop_->now() + milliseconds(110));
    EXPECT_EQ(count(answers, Outcome::miss), 3) << "nobody waits any more: no limit";
  });
}

TEST_F(OriginLimited, ZeroIsNoLimit) {
  const auto made = safe(R"("origin_limit": 0)");
  origin_.latency = milliseconds(100);
  run([&] {
    const Time begun = loop_->now();
    read_together(*made, 20, milliseconds(1));
    EXPECT_EQ(served_.size(), 20u);
    EXPECT_LT(loop_->now(), begun + milliseconds(120));
  });
}

}  // namespace
}  // namespace hitbench
