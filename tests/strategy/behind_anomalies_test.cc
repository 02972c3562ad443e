// Which anomalies write-behind allows, one forced schedule for each, for either place of its queue; the claims as in
// anomalies_test.cc.
#include "tests/strategy/schedule.h"

namespace hitbench {
namespace {

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

}  // namespace
}  // namespace hitbench
