// Which anomalies each order of a write's steps allows, one forced schedule for each. The claims are those of an
// exhaustive search over one key, two readers and two writers: stale (an acknowledged write, then an older answer),
// stuck (at rest the copy is not what the origin has), dirty (an answer that the origin does not have), lost.
#include "tests/strategy/schedule.h"

namespace hitbench {
namespace {

class Anomalies : public ScheduleTest {
 protected:
  std::unique_ptr<Strategy> aside(const std::string& on_write, const std::string& more = "") {
    return strategy(R"({"type": "cache-aside", "ttl": "none", "on_write": )" + on_write + more + "}");
  }

  // A fill holds the old row while the write runs from beginning to end.
  void let_a_fill_span_a_write(Strategy& of, const std::string& fill = "set") {
    const auto reader = reads(of, answer_);
    reader->go("get");
    reader->go("load");
    const auto writer = writes(of, 2);
    writer->finish();
    reader->go(fill);
    ASSERT_EQ(reader->at(), "end");
  }

  // Two writers reach the origin in one order and the cache in the other.
  void let_writers_cross(Strategy& of, const std::string& origin, const std::string& cache) {
    const auto first = writes(of, 2);
    const auto second = writes(of, 3);
    first->go(origin);
    second->go(origin);
    second->go(cache);
    first->go(cache);
    ASSERT_EQ(first->at(), "end");
    ASSERT_EQ(second->at(), "end");
  }

  void expect_stale_and_stuck(Strategy& of) {
    EXPECT_TRUE(is_stuck());
    EXPECT_TRUE(reads_stale(of));
    EXPECT_FALSE(has_lost());
  }

  void end_phase(Strategy& of) {
    tasks_.ending().set();
    of.drain(client_);
  }

  Answer answer_;
};

// Origin, then delete.

TEST_F(Anomalies, InvalidateIsStaleAndStuckWhereAFillSpansTheWrite) {
  const auto made = aside(R"("invalidate")");
  run([&] {
    let_a_fill_span_a_write(*made);
    expect_stale_and_stuck(*made);
  });
}

TEST_F(Anomalies, InvalidateIsStaleAndStuckWhereAnEvictionMadeTheReaderLoad) {
  const auto made = aside(R"("invalidate")");
  run([&] {
    read(*made);
    evict();
    let_a_fill_span_a_write(*made);
    expect_stale_and_stuck(*made);
  });
}

TEST_F(Anomalies, InvalidateIsStuckWhereTheWriterDiesBeforeTheDelete) {
  const auto made = aside(R"("invalidate")");
  run([&] {
    read(*made);
    const auto writer = writes(*made, 2);
    writer->go("store");
    writer->die();
    EXPECT_TRUE(is_stuck());
  });
}

// Delete, then origin.

TEST_F(Anomalies, DeleteFirstIsStaleAndStuckWhereAReadComesBetweenTheSteps) {
  const auto made = aside(R"("delete-first")");
  run([&] {
    read(*made);
    const auto writer = writes(*made, 2);
    writer->go("delete");
    reads(*made, answer_)->finish();
    writer->go("store");
    expect_stale_and_stuck(*made);
  });
}

TEST_F(Anomalies, DeleteFirstIsStaleAndStuckWhereAnEvictionMadeTheReaderLoad) {
  const auto made = aside(R"("delete-first")");
  run([&] {
    read(*made);
    evict();
    let_a_fill_span_a_write(*made);
    expect_stale_and_stuck(*made);
  });
}

// Delete, origin, delete.

TEST_F(Anomalies, DoubleDeleteIsStaleUntilTheSecondDelete) {
  const auto made = aside(R"({"type": "double-delete", "delay": "500ms"})");
  run([&] {
    read(*made);
    const auto writer = writes(*made, 2);
    writer->go("delete");
    reads(*made, answer_)->finish();
    writer->go("store");
    EXPECT_TRUE(reads_stale(*made));
    loop_->sleep_until(loop_->now() + milliseconds(501));
    EXPECT_FALSE(is_stuck());
    EXPECT_FALSE(reads_stale(*made));
  });
}

TEST_F(Anomalies, DoubleDeleteIsStaleAndStuckWhereAFillOutlivesTheDelay) {
  const auto made = aside(R"({"type": "double-delete", "delay": "500ms"})");
  run([&] {
    read(*made);
    evict();
    const auto reader = reads(*made, answer_);
    reader->go("get");
    reader->go("load");
    writes(*made, 2)->finish();
    loop_->sleep_until(loop_->now() + milliseconds(501));
    reader->go("set");
    expect_stale_and_stuck(*made);
  });
}

TEST_F(Anomalies, DoubleDeleteIsStuckWhereTheWriterDiesBeforeTheSecondDelete) {
  const auto made = aside(R"({"type": "double-delete", "delay": "500ms"})");
  run([&] {
    const auto writer = writes(*made, 2);
    writer->go("delete");
    reads(*made, answer_)->finish();
    writer->go("store");
    EXPECT_TRUE(is_stuck()) << "only the writer's process knows of the second delete, which comes 500 ms later";
  });
}

// Origin, then set.

// Overlapping writes are in no order, so no answer of either is stale.
TEST_F(Anomalies, UpdateIsStuckWhereTwoWritersCross) {
  const auto made = aside(R"("update")");
  run([&] {
    let_writers_cross(*made, "store", "set");
    EXPECT_EQ(origin_.write_id, 3u);
    EXPECT_TRUE(is_stuck());
  });
}

TEST_F(Anomalies, UpdateIsStaleAndStuckWhereAFillSpansTheWrite) {
  const auto made = aside(R"("update")");
  run([&] {
    let_a_fill_span_a_write(*made);
    expect_stale_and_stuck(*made);
  });
}

TEST_F(Anomalies, UpdateIsStaleAndStuckWhereAnEvictionMadeTheReaderLoad) {
  const auto made = aside(R"("update")");
  run([&] {
    read(*made);
    evict();
    let_a_fill_span_a_write(*made);
    expect_stale_and_stuck(*made);
  });
}

TEST_F(Anomalies, UpdateIsStuckWhereTheWriterDiesBeforeTheSet) {
  const auto made = aside(R"("update")");
  run([&] {
    read(*made);
    const auto writer = writes(*made, 2);
    writer->go("store");
    writer->die();
    EXPECT_TRUE(is_stuck());
  });
}

// Set, then origin.

TEST_F(Anomalies, UpdateFirstIsStuckWhereTwoWritersCross) {
  const auto made = aside(R"("update-first")");
  run([&] {
    let_writers_cross(*made, "set", "store");
    EXPECT_EQ(origin_.write_id, 2u);
    EXPECT_TRUE(is_stuck());
  });
}

TEST_F(Anomalies, UpdateFirstIsStaleAndStuckWhereAFillSpansTheWrite) {
  const auto made = aside(R"("update-first")");
  run([&] {
    read(*made);
    evict();
    let_a_fill_span_a_write(*made);
    expect_stale_and_stuck(*made);
  });
}

TEST_F(Anomalies, UpdateFirstIsReadDirtyBeforeTheOriginHasIt) {
  const auto made = aside(R"("update-first")");
  run([&] {
    const auto writer = writes(*made, 2);
    writer->go("set");
    EXPECT_EQ(reads_alone(*made).answer.write_id, 2u);
    EXPECT_EQ(origin_.write_id, 1u);
    writer->finish();
  });
}

TEST_F(Anomalies, UpdateFirstStaysDirtyWhereTheOriginRefuses) {
  const auto made = aside(R"("update-first")");
  run([&] {
    const auto writer = writes(*made, 2);
    writer->go("set");
    origin_.broken = true;
    writer->go("store");
    EXPECT_EQ(reads_alone(*made).answer.write_id, 2u);
    EXPECT_EQ(origin_.write_id, 1u);
    EXPECT_TRUE(is_stuck());
  });
}

TEST_F(Anomalies, UpdateFirstStaysDirtyAndStuckWhereTheWriterDiesBeforeTheStore) {
  const auto made = aside(R"("update-first")");
  run([&] {
    const auto writer = writes(*made, 2);
    writer->go("set");
    writer->die();
    EXPECT_EQ(reads_alone(*made).answer.write_id, 2u);
    EXPECT_EQ(origin_.write_id, 1u);
    EXPECT_TRUE(is_stuck());
  });
}

// Origin, then set; fills only where nothing is.

TEST_F(Anomalies, FillingWithAddSparesTheNewerCopy) {
  const auto made = aside(R"("update")", R"(, "fill": "add")");
  run([&] {
    let_a_fill_span_a_write(*made, "add");
    EXPECT_FALSE(is_stuck());
    EXPECT_FALSE(reads_stale(*made));
  });
}

TEST_F(Anomalies, FillingWithAddIsStuckWhereTwoWritersCross) {
  const auto made = aside(R"("update")", R"(, "fill": "add")");
  run([&] {
    let_writers_cross(*made, "store", "set");
    EXPECT_TRUE(is_stuck());
  });
}

TEST_F(Anomalies, FillingWithAddIsStaleAndStuckWhereTheCopyIsEvictedBeforeTheFill) {
  const auto made = aside(R"("update")", R"(, "fill": "add")");
  run([&] {
    const auto reader = reads(*made, answer_);
    reader->go("get");
    reader->go("load");
    writes(*made, 2)->finish();
    evict();
    reader->go("add");
    expect_stale_and_stuck(*made);
  });
}

TEST_F(Anomalies, FillingWithAddIsStuckWhereTheWriterDiesBeforeTheSet) {
  const auto made = aside(R"("update")", R"(, "fill": "add")");
  run([&] {
    read(*made);
    const auto writer = writes(*made, 2);
    writer->go("store");
    writer->die();
    EXPECT_TRUE(is_stuck());
  });
}

// Write-behind.

class BehindAnomalies : public Anomalies, public ::testing::WithParamInterface<const char*> {
 protected:
  std::unique_ptr<Strategy> behind(const std::string& queue) {
    return aside(R"({"type": "behind", "flush": "1h", "queue_in": ")" + queue + "\"}");
  }
};

INSTANTIATE_TEST_SUITE_P(Queues, BehindAnomalies, ::testing::Values("process", "redis"),
                         [](const auto& queue) { return std::string(queue.param); });

TEST_P(BehindAnomalies, WritesAreReadDirtyUntilTheFlush) {
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

TEST_P(BehindAnomalies, AFillThatSpansWriteAndFlushIsStaleAndStuck) {
  const auto made = behind(GetParam());
  run([&] {
    made->begin();
    const auto reader = reads(*made, answer_);
    reader->go("get");
    reader->go("load");
    writes(*made, 2)->finish();
    end_phase(*made);
    reader->go("set");
    expect_stale_and_stuck(*made);
  });
}

TEST_P(BehindAnomalies, AnotherProcesssFillOfTheOldRowIsStale) {
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

TEST_F(Anomalies, BehindIsStaleInAnotherProcessWhereTheCopyIsEvictedBeforeTheFlush) {
  const std::string json = R"({"type": "behind", "flush": "1h"})";
  const auto made = aside(json);
  const auto other = aside(json);
  run([&] {
    made->begin();
    writes(*made, 2)->finish();
    evict();
    EXPECT_FALSE(reads_stale(*made)) << "its own process sees the queue";
    EXPECT_TRUE(reads_stale(*other));
    end_phase(*made);
  });
}

TEST_F(Anomalies, BehindLosesNothingWithACacheThatCrashesWhereTheQueueIsInTheProcess) {
  const auto made = aside(R"({"type": "behind", "flush": "1h", "queue_in": "process"})");
  run([&] {
    made->begin();
    writes(*made, 2)->finish();
    crash_cache();
    end_phase(*made);
    EXPECT_FALSE(has_lost());
  });
}

TEST_F(Anomalies, BehindLosesWithACacheThatCrashesWhereTheQueueIsInIt) {
  const auto made = aside(R"({"type": "behind", "flush": "1h", "queue_in": "redis"})");
  run([&] {
    made->begin();
    writes(*made, 2)->finish();
    crash_cache();
    end_phase(*made);
    EXPECT_TRUE(has_lost());
  });
}

// A process that dies leaves its cache behind, and no strategy: what flushes is another process.

TEST_F(Anomalies, BehindLosesWithAProcessThatDiesWhereTheQueueIsInIt) {
  const std::string json = R"({"type": "behind", "flush": "1h", "queue_in": "process"})";
  auto made = aside(json);
  const auto survivor = aside(json);
  run([&] {
    writes(*made, 2)->finish();
    made.reset();
    survivor->begin();
    end_phase(*survivor);
    EXPECT_TRUE(has_lost());
    EXPECT_TRUE(is_stuck());
  });
}

TEST_F(Anomalies, BehindLosesNothingWithAProcessThatDiesWhereTheQueueIsInTheCache) {
  const std::string json = R"({"type": "behind", "flush": "1h", "queue_in": "redis"})";
  auto made = aside(json);
  const auto survivor = aside(json);
  run([&] {
    writes(*made, 2)->finish();
    made.reset();
    survivor->begin();
    end_phase(*survivor);
    EXPECT_FALSE(has_lost());
  });
}

// Origin only.

TEST_F(Anomalies, AroundIsStaleAndStuckByDesign) {
  const auto made = aside(R"("around")");
  run([&] {
    read(*made);
    writes(*made, 2)->finish();
    expect_stale_and_stuck(*made);
  });
}

TEST_F(Anomalies, AroundIsStaleAndStuckWhereAFillSpansTheWriteAfterAnEviction) {
  const auto made = aside(R"("around")");
  run([&] {
    read(*made);
    evict();
    let_a_fill_span_a_write(*made);
    expect_stale_and_stuck(*made);
  });
}

}  // namespace
}  // namespace hitbench
