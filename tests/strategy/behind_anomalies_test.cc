// Which anomalies write-behind allows, one forced schedule for each, for either place of its queue; the claims as in
// anomalies_test.cc.
#include "tests/strategy/schedule.h"

namespace hitbench {
namespace {

class BehindAnomalies : public Anomalies {
 protected:
  std::unique_ptr<Strategy> behind(const std::string& queue) {
    return aside(R"({"type": "behind", "flush": "1h", "queue_in": ")" + queue + "\"}");
  }

  // A fill holds the old row while the write is acknowledged and flushed.
  void let_a_fill_span_write_and_flush(Strategy& of) {
    const auto reader = reads(of, answer_);
    reader->go("get");
    reader->go("load");
    writes(of, 2)->finish();
    end_phase(of);
    reader->go("set");
  }

  // A process that dies leaves its cache behind, and no strategy: what flushes is another process, which is returned.
  std::unique_ptr<Strategy> let_a_process_write_and_die(const std::string& queue) {
    auto dies = behind(queue);
    auto survivor = behind(queue);
    writes(*dies, 2)->finish();
    dies.reset();
    survivor->begin();
    end_phase(*survivor);
    return survivor;
  }
};

class EitherQueue : public BehindAnomalies, public ::testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Queues, EitherQueue, ::testing::Values("process", "redis"),
                         [](const auto& queue) { return std::string(queue.param); });

TEST_P(EitherQueue, WritesAreReadDirtyUntilTheFlush) {
  const auto made = behind(GetParam());
  run([&] {
    made->begin();
    writes(*made, 2)->finish();
    EXPECT_EQ(reads_alone(*made).answer.write_id, 2u);
    EXPECT_EQ(origin_.write_id, 1u);
    end_phase(*made);
    EXPECT_EQ(origin_.write_id, 2u);
  });
}

TEST_P(EitherQueue, WritesAreReadDirtyFromTheQueueWhereTheirCopyIsEvicted) {
  const auto made = behind(GetParam());
  run([&] {
    made->begin();
    writes(*made, 2)->finish();
    evict();
    EXPECT_EQ(reads_alone(*made).answer.write_id, 2u);
    EXPECT_EQ(origin_.write_id, 1u);
    end_phase(*made);
  });
}

TEST_P(EitherQueue, AFillThatSpansWriteAndFlushIsStaleAndStuck) {
  const auto made = behind(GetParam());
  run([&] {
    made->begin();
    let_a_fill_span_write_and_flush(*made);
    expect_stale_and_stuck(*made);
  });
}

TEST_P(EitherQueue, AFillThatSpansWriteAndFlushIsStaleAndStuckWhereAnEvictionMadeTheReaderLoad) {
  const auto made = behind(GetParam());
  run([&] {
    made->begin();
    read(*made);
    evict();
    let_a_fill_span_write_and_flush(*made);
    expect_stale_and_stuck(*made);
  });
}

TEST_P(EitherQueue, AnotherProcesssFillOfTheOldRowIsStaleAndStuck) {
  const auto made = behind(GetParam());
  const auto other = behind(GetParam());
  run([&] {
    made->begin();
    const auto reader = reads(*other, answer_);
    reader->go("get");
    reader->go("load");
    writes(*made, 2)->finish();
    reader->go("set");
    EXPECT_TRUE(reads_stale(*other));
    end_phase(*made);
    EXPECT_TRUE(is_stuck());
  });
}

// The cache crashes, or evicts the cached entry before the flush.

TEST_F(BehindAnomalies, WithAQueueInTheProcessOthersAreStaleAndStuckWhereTheCacheCrashesAndNothingIsLost) {
  const auto made = behind("process");
  const auto other = behind("process");
  run([&] {
    made->begin();
    writes(*made, 2)->finish();
    crash_cache();
    EXPECT_EQ(reads_alone(*made).answer.write_id, 2u) << "its own process sees the queue";
    EXPECT_TRUE(reads_stale(*other));
    end_phase(*made);
    expect_stale_and_stuck(*other);
  });
}

TEST_F(BehindAnomalies, WithAQueueInTheCacheWritesAreLostWhereTheCacheCrashes) {
  const auto made = behind("redis");
  run([&] {
    made->begin();
    writes(*made, 2)->finish();
    crash_cache();
    end_phase(*made);
    EXPECT_TRUE(has_lost());
    EXPECT_TRUE(reads_stale(*made));
  });
}

// The writer's process dies.

TEST_F(BehindAnomalies, WithAQueueInTheProcessWritesAreLostAndReadDirtyForGoodWhereTheProcessDies) {
  run([&] {
    const auto survivor = let_a_process_write_and_die("process");
    EXPECT_TRUE(has_lost());
    EXPECT_TRUE(is_stuck());
    EXPECT_EQ(reads_alone(*survivor).answer.write_id, 2u);
    EXPECT_EQ(origin_.write_id, 1u);
    evict();
    EXPECT_TRUE(reads_stale(*survivor));
  });
}

TEST_F(BehindAnomalies, WithAQueueInTheCacheNothingIsLostWhereTheProcessDies) {
  run([&] {
    const auto survivor = let_a_process_write_and_die("redis");
    EXPECT_FALSE(has_lost());
    EXPECT_FALSE(is_stuck());
    EXPECT_FALSE(reads_stale(*survivor));
  });
}

TEST_F(BehindAnomalies, WithAQueueInTheCacheItIsStuckWhereTheWriterDiesBetweenQueueAndCopy) {
  const auto made = behind("redis");
  run([&] {
    made->begin();
    read(*made);
    writes(*made, 2)->die();
    end_phase(*made);
    EXPECT_EQ(origin_.write_id, 2u);
    EXPECT_TRUE(is_stuck());
    EXPECT_FALSE(reads_stale(*made)) << "the write was not acknowledged";
  });
}

}  // namespace
}  // namespace hitbench
