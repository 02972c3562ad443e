#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/findings.h"
#include "tests/report/finding_matcher.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// 1,000 loads, of which 600 waited 50 ms: 30 ms each in the mean, of the 35 ms that a client saw.
RunResult queued_row(const std::string& name = "none/none") {
  RunResult run = sample::baseline();
  run.name = name;
  run.origin_load.loads = 1000;
  run.origin_load.stores = 0;
  run.origin_load.queued = 600;
  run.origin_load.queue_wait_mean_ns = 50'000'000;
  run.costs.load_ns = 35e6;
  return run;
}

TEST(OriginQueue, IsToldWhereItIsLongerThanTheOriginTakes) {
  const RunResult run = queued_row();
  EXPECT_THAT(queued_at_origin({&run}),
              ElementsAre(finding("origin-queue", "none/none: ",
                                  testing::AllOf(HasSubstr("answers in 5.00 ms"), HasSubstr("waits 30.0 ms"),
                                                 HasSubstr("app.clients"), HasSubstr("concurrency")))));
}

TEST(OriginQueue, CountsStoresAmongThoseThatWait) {
  RunResult run = queued_row();
  run.origin_load.stores = 2000;  // 10 ms each in the mean, of 35
  EXPECT_THAT(queued_at_origin({&run}), IsEmpty());
}

TEST(OriginQueue, NamesTheRowWithTheLongestAndCountsTheOthers) {
  const RunResult none = queued_row();
  RunResult shorter = queued_row("cache-aside/redis"), quick = queued_row("cache-aside/memory");
  shorter.origin_load.queued = 500;  // 25 ms of 35
  quick.origin_load.queued = 300;    // 15 ms of 35
  EXPECT_THAT(queued_at_origin({&shorter, &none, &quick}),
              ElementsAre(finding("origin-queue", "none/none and 1 more: ", HasSubstr("30.0 ms"))));
}

TEST(OriginQueue, IsNotToldOfAnOpenLoopOrAnInvalidRowOrWhereNothingIsKnown) {
  RunResult open = queued_row(), invalid = queued_row(), unknown = queued_row(), idle = queued_row();
  open.loop = "open";
  invalid.validity.valid = false;
  unknown.costs.load_ns.reset();
  idle.origin_load.queued = 0;
  idle.origin_load.queue_wait_mean_ns.reset();
  EXPECT_THAT(queued_at_origin({&open, &invalid, &unknown, &idle}), IsEmpty());
}

}  // namespace
}  // namespace hitbench
