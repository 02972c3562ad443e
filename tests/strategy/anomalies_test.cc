// Which anomalies each order of a write's steps allows, one forced schedule for each. The claims are those of an
// exhaustive search over one key, two readers and two writers, with and without a crash: stale (an acknowledged write,
// then an older answer), stuck (at rest the cached entry is not what the origin has), dirty (an answer that the origin
// does not have), lost. To one key an eviction and a crash of the cache are the same: the cached entry is gone.
//
// Where two writers cross, the search calls the answers after that stale, since it knows the origin's order. From
// outside nobody does: whoever's step in the cache came last was not yet acknowledged when the other write began, so
// the two overlap and are in no order. Such entries are permanently stale, and no answer is called stale
// (docs/method.md). Every order that crossing writers break is provably stale by another schedule.
#include "tests/strategy/schedule.h"

namespace hitbench {
namespace {

struct Order {
  const char* name;
  const char* on_write;
  const char* more = "";
};
constexpr Order kInvalidate{"Invalidate", R"("invalidate")"};
constexpr Order kDeleteFirst{"DeleteFirst", R"("delete-first")"};
constexpr Order kUpdate{"Update", R"("update")"};
constexpr Order kUpdateFillingWithAdd{"UpdateFillingWithAdd", R"("update")", R"(, "fill": "add")"};
constexpr Order kUpdateFirst{"UpdateFirst", R"("update-first")"};
constexpr Order kAround{"Around", R"("around")"};

std::string name_of(const ::testing::TestParamInfo<Order>& order) { return order.param.name; }

class OrderTest : public Anomalies, public ::testing::WithParamInterface<Order> {
 protected:
  std::unique_ptr<Strategy> made() { return aside(GetParam().on_write, GetParam().more); }
};

class AnyOrder : public OrderTest {};
INSTANTIATE_TEST_SUITE_P(Orders, AnyOrder, ::testing::Values(kInvalidate, kDeleteFirst, kUpdate, kUpdateFirst, kAround),
                         name_of);

TEST_P(AnyOrder, IsStaleAndStuckWhereAFillSpansTheWrite) {
  const auto order = made();
  run([&] {
    let_a_fill_span_a_write(*order);
    expect_stale_and_stuck(*order);
  });
}

TEST_P(AnyOrder, IsStaleAndStuckWhereAnEvictionMadeTheReaderLoad) {
  const auto order = made();
  run([&] {
    read(*order);
    evict();
    let_a_fill_span_a_write(*order);
    expect_stale_and_stuck(*order);
  });
}

class OriginThenCache : public OrderTest {};
INSTANTIATE_TEST_SUITE_P(Orders, OriginThenCache, ::testing::Values(kInvalidate, kUpdate, kUpdateFillingWithAdd),
                         name_of);

TEST_P(OriginThenCache, IsStuckWhereTheWriterDiesBetweenTheSteps) {
  const auto order = made();
  run([&] {
    read(*order);
    const auto writer = writes(*order, 2);
    writer->go("store");
    writer->die();
    EXPECT_TRUE(is_stuck());
  });
}

class OriginThenSet : public OrderTest {};
INSTANTIATE_TEST_SUITE_P(Orders, OriginThenSet, ::testing::Values(kUpdate, kUpdateFillingWithAdd), name_of);

TEST_P(OriginThenSet, IsStuckWhereTwoWritersCross) {
  const auto order = made();
  run([&] {
    let_writers_cross(*order, "store", "set");
    EXPECT_EQ(origin_.write_id, 3u);
    EXPECT_TRUE(is_stuck());
    EXPECT_FALSE(reads_stale(*order)) << "nobody outside the origin knows which of the two is newer";
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

TEST_F(Anomalies, DeleteFirstLeavesNothingWrongWhereTheWriterDiesBetweenTheSteps) {
  const auto made = aside(R"("delete-first")");
  run([&] {
    read(*made);
    const auto writer = writes(*made, 2);
    writer->go("delete");
    writer->die();
    EXPECT_FALSE(reads_stale(*made));
    EXPECT_FALSE(is_stuck());
  });
}

TEST_F(Anomalies, DeleteFirstIsStuckWhereAReadComesBetweenTheStepsOfAWriterThatDies) {
  const auto made = aside(R"("delete-first")");
  run([&] {
    const auto writer = writes(*made, 2);
    writer->go("delete");
    reads(*made, answer_)->finish();
    writer->go_and_die("store");
    EXPECT_TRUE(is_stuck());
    EXPECT_FALSE(reads_stale(*made)) << "the write was not acknowledged";
  });
}

TEST_F(Anomalies, DeleteFirstIsStaleAndStuckWhereADeadWritersDeleteMadeTheReaderLoad) {
  const auto made = aside(R"("delete-first")");
  run([&] {
    read(*made);
    const auto dead = writes(*made, 9);
    dead->go("delete");
    dead->die();
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
    writer->go_and_die("store");
    loop_->sleep_until(loop_->now() + milliseconds(501));
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
    EXPECT_FALSE(reads_stale(*made)) << "as above";
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

// Where a row is erased there is no newer cached entry that a fill could meet.
TEST_F(Anomalies, FillingWithAddIsStaleAndStuckWhereAFillSpansAnErase) {
  const auto made = aside(R"("update")", R"(, "fill": "add")");
  run([&] {
    const auto reader = reads(*made, answer_);
    reader->go("get");
    reader->go("load");
    erases(*made, 2)->finish();
    reader->go("add");
    expect_stale_and_stuck(*made);
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

TEST_F(Anomalies, AroundIsStuckWhereTheWriterDiesBeforeItIsAcknowledged) {
  const auto made = aside(R"("around")");
  run([&] {
    read(*made);
    writes(*made, 2)->go_and_die("store");
    EXPECT_TRUE(is_stuck());
    EXPECT_FALSE(reads_stale(*made)) << "the write was not acknowledged";
    writes(*made, 3)->finish();
    expect_stale_and_stuck(*made);
  });
}

}  // namespace
}  // namespace hitbench
