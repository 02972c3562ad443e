// Which anomalies each order of a write's steps allows, one forced schedule for each. The claims are those of an
// exhaustive search over one key, two readers and two writers: stale (an acknowledged write, then an older answer),
// stuck (at rest the copy is not what the origin has), dirty (an answer that the origin does not have), lost.
#include "tests/strategy/schedule.h"

namespace hitbench {
namespace {

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
