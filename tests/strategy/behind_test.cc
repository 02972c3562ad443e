// Write-behind: what is queued, when it is flushed, and what happens when queue or origin refuse.
#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

class BehindTest : public StrategyTest {
 protected:
  // `fields`: in addition to the type, as in a scenario.
  virtual std::unique_ptr<Strategy> behind(const std::string& fields) {
    return strategy(R"({"type": "write-behind", "ttl": "none", "on_write": {"type": "behind", )" + fields + "}}");
  }
  bool write_key(Strategy& of, uint64_t key, uint64_t id) { return write_key(of, key, id, client_); }
  bool write_key(Strategy& of, uint64_t key, uint64_t id, Client& client) {
    const std::string text = "key-" + std::to_string(key);
    start(client);
    return of.write({key, text}, {id, "new"}, client);
  }
  void end_phase(Strategy& of) {
    tasks_.ending().set();
    of.drain(client_);
  }
  // `body` runs in a phase that has begun, and ends it.
  void in_a_phase(const std::string& fields, const std::function<void(Strategy&)>& body) {
    const auto made = behind(fields);
    run([&] {
      made->begin();
      body(*made);
    });
  }
  static WriteQueueCounts counts(const Strategy& of) { return of.write_queue().value(); }
};

class BehindEitherQueue : public BehindTest, public ::testing::WithParamInterface<const char*> {
 protected:
  std::unique_ptr<Strategy> behind(const std::string& fields) override {
    return BehindTest::behind(std::string(R"("queue_in": ")") + GetParam() + "\", " + fields);
  }
};

INSTANTIATE_TEST_SUITE_P(Queues, BehindEitherQueue, ::testing::Values("process", "redis"),
                         [](const auto& queue) { return std::string(queue.param); });

TEST_P(BehindEitherQueue, AcknowledgesBeforeTheOriginHasIt) {
  in_a_phase(R"("flush": "1s")", [&](Strategy& made) {
    const Time begun = loop_->now();
    EXPECT_TRUE(write(made, 7, "new"));
    EXPECT_EQ(loop_->now(), begun);
    EXPECT_EQ(origin_.stores, 0);
    const Answer answer = read(made);
    EXPECT_EQ(answer.outcome, Outcome::fresh_hit);
    EXPECT_EQ(answer.write_id, 7u);
    loop_->sleep_until(begun + milliseconds(1200));  // a flush, and what looking for one takes
    EXPECT_EQ(origin_.write_id, 7u);
    end_phase(made);
    EXPECT_EQ(origin_.stores, 1);
    EXPECT_EQ(counts(made).flushed, 1u);
  });
}

TEST_P(BehindEitherQueue, ManyWritesOfAKeyAreOneStore) {
  in_a_phase(R"("flush": "1s")", [&](Strategy& made) {
    for (uint64_t id = 7; id < 17; ++id) EXPECT_TRUE(write(made, id, "new"));
    end_phase(made);
    EXPECT_EQ(origin_.stores, 1);
    EXPECT_EQ(origin_.write_id, 16u);
    EXPECT_EQ(counts(made).queued, 10u);
    EXPECT_EQ(counts(made).coalesced, 9u);
    EXPECT_EQ(counts(made).peak, 1u);
  });
}

TEST_P(BehindEitherQueue, ABatchIsFlushedBeforeItsTime) {
  in_a_phase(R"("flush": "1h", "batch": 3)", [&](Strategy& made) {
    for (uint64_t key = 0; key < 3; ++key) write_key(made, key, 10 + key);
    loop_->sleep_until(loop_->now() + milliseconds(200));
    EXPECT_EQ(origin_.stores, 3);
    write_key(made, 3, 20);
    loop_->sleep_until(loop_->now() + milliseconds(200));
    EXPECT_EQ(origin_.stores, 3) << "one alone is no batch";
    end_phase(made);
    EXPECT_EQ(origin_.stores, 4);
  });
}

TEST_P(BehindEitherQueue, AWriteDuringAFlushIsNotTakenForFlushed) {
  in_a_phase(R"("flush": "1s")", [&](Strategy& made) {
    write(made, 7, "new");
    while (origin_.stores == 0) loop_->sleep_until(loop_->now() + milliseconds(1));
    write(made, 8, "newer");
    loop_->sleep_until(loop_->now() + milliseconds(500));
    EXPECT_EQ(origin_.write_id, 7u) << "it waits its own second";
    cache_.stored.clear();
    EXPECT_EQ(read(made).write_id, 8u);
    end_phase(made);
    EXPECT_EQ(origin_.write_id, 8u);
    EXPECT_EQ(origin_.stores, 2);
  });
}

TEST_P(BehindEitherQueue, APendingWriteIsReadThoughItsCopyWasEvicted) {
  in_a_phase(R"("flush": "1h")", [&](Strategy& made) {
    write(made, 7, "new");
    cache_.stored.clear();
    EXPECT_EQ(read(made).write_id, 7u);
    EXPECT_EQ(origin_.loads, 0);
    erase(made, 8);
    cache_.stored.clear();
    EXPECT_EQ(read(made).outcome, Outcome::null_hit);
    EXPECT_EQ(origin_.loads, 0);
    end_phase(made);
    EXPECT_TRUE(origin_.absent);
  });
}

TEST_P(BehindEitherQueue, BlocksUntilThereIsRoom) {
  in_a_phase(R"("flush": "200ms", "queue": 1, "when_full": "block")", [&](Strategy& made) {
    const Time begun = loop_->now();
    EXPECT_TRUE(write_key(made, 1, 7));
    EXPECT_EQ(loop_->now(), begun);
    EXPECT_TRUE(write_key(made, 2, 8));
    EXPECT_GE(loop_->now(), begun + milliseconds(200));
    EXPECT_EQ(origin_.stores, 1);
    end_phase(made);
    EXPECT_EQ(origin_.stores, 2);
  });
}

TEST_P(BehindEitherQueue, BlocksNoLongerThanTheOperationMay) {
  in_a_phase(R"("flush": "1h", "queue": 1, "when_full": "block")", [&](Strategy& made) {
    write_key(made, 1, 7);
    const Time begun = loop_->now();
    EXPECT_FALSE(write_key(made, 2, 8));
    EXPECT_EQ(loop_->now(), begun + timeout_);
    end_phase(made);
    EXPECT_EQ(counts(made).rejected, 1u);
    EXPECT_EQ(origin_.stores, 1);
  });
}

TEST_P(BehindEitherQueue, RejectsWhenFull) {
  in_a_phase(R"("flush": "1h", "queue": 1, "when_full": "reject")", [&](Strategy& made) {
    EXPECT_TRUE(write_key(made, 1, 7));
    EXPECT_FALSE(write_key(made, 2, 8));
    EXPECT_FALSE(cache_.stored.contains("key-2"));
    end_phase(made);
    EXPECT_EQ(counts(made).rejected, 1u);
    EXPECT_EQ(origin_.stores, 1);
  });
}

TEST_P(BehindEitherQueue, WritesThroughWhenFull) {
  in_a_phase(R"("flush": "1h", "queue": 1, "when_full": "sync")", [&](Strategy& made) {
    write_key(made, 1, 7);
    EXPECT_TRUE(write_key(made, 2, 8));
    EXPECT_EQ(origin_.write_id, 8u);
    EXPECT_TRUE(cache_.stored.contains("key-2"));
    origin_.broken = true;
    EXPECT_FALSE(write_key(made, 3, 9));
    origin_.broken = false;
    end_phase(made);
    EXPECT_EQ(origin_.stores, 3);
  });
}

TEST_P(BehindEitherQueue, DropsWhenFullAndCountsIt) {
  in_a_phase(R"("flush": "1h", "queue": 1, "when_full": "drop")", [&](Strategy& made) {
    write_key(made, 1, 7);
    EXPECT_TRUE(write_key(made, 2, 8));
    end_phase(made);
    EXPECT_EQ(counts(made).dropped, 1u);
    EXPECT_EQ(origin_.stores, 1);
    EXPECT_EQ(origin_.write_id, 7u);
  });
}

TEST_P(BehindEitherQueue, AFailedStoreIsTriedAgainAfterAPause) {
  in_a_phase(R"("flush": "100ms")", [&](Strategy& made) {
    origin_.broken = true;
    write(made, 7, "new");
    while (origin_.stores < 3) loop_->sleep_until(loop_->now() + milliseconds(1));
    origin_.broken = false;
    end_phase(made);
    EXPECT_EQ(origin_.write_id, 7u);
    EXPECT_EQ(counts(made).flushed, 1u);
    EXPECT_EQ(counts(made).failed, 0u);
  });
}

TEST_P(BehindEitherQueue, AStoreThatNeverSucceedsIsGivenUpAndCounted) {
  in_a_phase(R"("flush": "100ms")", [&](Strategy& made) {
    origin_.broken = true;
    write(made, 7, "new");
    end_phase(made);
    EXPECT_EQ(origin_.stores, 10);
    EXPECT_EQ(counts(made).failed, 1u);
    EXPECT_EQ(counts(made).flushed, 0u);
    EXPECT_EQ(origin_.write_id, 1u);
  });
}

TEST_P(BehindEitherQueue, CountsBeginAnewWithEachPhase) {
  in_a_phase(R"("flush": "1s")", [&](Strategy& made) {
    write(made, 7, "new");
    end_phase(made);
    made.begin();
    write(made, 8, "new");
    end_phase(made);
    EXPECT_EQ(counts(made).queued, 1u);
    EXPECT_EQ(counts(made).flushed, 1u);
  });
}

// The hot key of Ghandeharizadeh and Nguyen's point: stores follow time, not writes.
TEST_P(BehindEitherQueue, AHotKeyCostsOneStoreAFlush) {
  in_a_phase(R"("flush": "1s")", [&](Strategy& made) {
    for (int i = 0; i < 10'000; ++i) {
      ASSERT_TRUE(write(made, static_cast<uint64_t>(10 + i), "new"));
      loop_->sleep_until(loop_->now() + milliseconds(1));
    }
    end_phase(made);
    EXPECT_LE(origin_.stores, 11);
    EXPECT_GE(origin_.stores, 9);
    EXPECT_EQ(origin_.write_id, 10'009u);
  });
}

TEST_F(BehindTest, AFillDoesNotOverwriteAWriteThatWaits) {
  in_a_phase(R"("flush": "1h")", [&](Strategy& made) {
    Client other{.cache = &cache_, .origin = &origin_, .loop = *loop_, .rng = rng_};
    Event done;
    loop_->spawn([&] {
      read(made, other);
      done.set();
    });
    loop_->sleep_until(loop_->now() + milliseconds(1));
    write(made, 7, "new");
    loop_->wait(done, kNever);
    EXPECT_EQ(origin_.loads, 1);
    Value value;
    ASSERT_EQ(decode_value(kKey, cache_.stored["key-1"], Envelope::checked, value), Decoded::ok);
    EXPECT_EQ(value.write_id, 7u);
    end_phase(made);
  });
}

TEST_F(BehindTest, ADeadServerOfTheQueueFailsWrites) {
  in_a_phase(R"("flush": "100ms", "queue_in": "redis")", [&](Strategy& made) {
    write(made, 7, "new");
    cache_.waiting.broken = true;
    EXPECT_FALSE(write(made, 8, "new"));
    end_phase(made);  // ends although nobody answers
    EXPECT_EQ(origin_.stores, 0);
  });
}

}  // namespace
}  // namespace hitbench
