// What a row says when it is over, from figures that are made up here.
#include "engine/row_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/scenario_text.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// Measured for several TTLs, so that no warning is about these.
constexpr const char* kRealTime =
    R"({"caches": ["memory"], "strategies": [{"type": "cache-aside", "ttl": "100ms"}], "rounds": 1})";
constexpr const char* kVirtualTime =
    R"({"clock": "virtual", "caches": ["memory"], "strategies": ["cache-aside"], "rounds": 1})";

// One round of one second with a thousand operations; each test changes what it is about.
struct SeenCase {
  explicit SeenCase(const char* scenario = kRealTime) : rows(plan_of(scenario)) {
    totals.all.operations = 1000;
    totals.measured = seconds(1);
    totals.rounds.resize(1);
    for (int i = 0; i < 1000; ++i) {
      totals.all.recorder.record({.kind = OperationKind::read,
                                  .end = Outcome::fresh_hit,
                                  .response = milliseconds(1),
                                  .service = milliseconds(1),
                                  .gen_late = Duration{0}});
    }
    seen.cache.emplace();
    seen.origin.emplace();
  }

  RunResult result() const { return row_result(seen); }

  std::vector<RowPlan> rows;
  RowTotals totals;
  RowSeen seen{.row = rows.back(), .totals = totals};
};

TEST(RowResult, TellsTheRowsPartsAndWhatItDid) {
  const SeenCase row;
  const RunResult result = row.result();
  EXPECT_EQ(result.name, "cache-aside/memory");
  EXPECT_EQ(result.clock, "real");
  EXPECT_EQ(result.client_model, "fiber");
  EXPECT_EQ(result.operations, 1000u);
  EXPECT_EQ(result.duration_ns, 1'000'000'000);
  EXPECT_DOUBLE_EQ(result.throughput_ops_s, 1000);
  EXPECT_TRUE(result.complete);
}

// What a server counted since its start.
void count_on_server(RowTotals& totals) {
  totals.backend_after = {.version = "redis 7.0.15",
                          .memory_bytes = 4000,
                          .evictions = 70,
                          .unfetched = 20,
                          .entries = 10,
                          .commands = 9000};
  totals.backend_evictions = 7;
  totals.backend_unfetched = 2;
  totals.backend_commands = 900;
  totals.backend_cpu = milliseconds(5);
  totals.has_backend_cpu = true;
}

TEST(RowResult, AServersCountersAreThoseOfTheRounds) {
  SeenCase row;
  count_on_server(row.totals);
  const BackendResult backend = row.result().backend;
  EXPECT_EQ(backend.evictions, 7u);
  EXPECT_EQ(backend.unfetched, 2u);
  EXPECT_EQ(backend.commands, 900u);
  EXPECT_DOUBLE_EQ(*backend.cpu_ns_per_op, 5000) << "5 ms over 1,000 operations";
  EXPECT_DOUBLE_EQ(*backend.memory_bytes_per_entry, 400) << "4,000 bytes over 10 entries";
}

TEST(RowResult, TheCountersOfAKilledServerAreUnknown) {
  SeenCase row;
  count_on_server(row.totals);
  row.seen.faults = {.killed_cache = true};
  const BackendResult backend = row.result().backend;
  EXPECT_FALSE(backend.evictions.has_value());
  EXPECT_FALSE(backend.unfetched.has_value());
  EXPECT_FALSE(backend.commands.has_value());
  EXPECT_FALSE(backend.cpu_ns_per_op.has_value());
  EXPECT_EQ(backend.entries, 10u) << "what it holds at the end is known";
  EXPECT_EQ(backend.version, "redis 7.0.15");
}

TEST(RowResult, ACounterThatTheServerDoesNotTellIsUnknown) {
  SeenCase row;
  count_on_server(row.totals);
  row.totals.backend_after.evictions.reset();
  EXPECT_FALSE(row.result().backend.evictions.has_value());
}

TEST(RowResult, AnInProcessCacheTellsOfItself) {
  SeenCase row;
  row.totals.all.has_cache_usage = true;
  row.totals.all.cache_entries = 50;
  row.totals.all.cache_evictions = 3;
  row.totals.all.cache_bytes = 10'000;
  const BackendResult backend = row.result().backend;
  EXPECT_EQ(backend.entries, 50u);
  EXPECT_EQ(backend.evictions, 3u);
  EXPECT_DOUBLE_EQ(*backend.memory_bytes_per_entry, 200);
}

void load_from_origin(RowTotals& totals) {
  totals.origin = {.loads = 300,
                   .stores = 40,
                   .failed = 1,
                   .expiries = 100,
                   .peak_concurrent_loads = 9,
                   .peak_concurrent_loads_per_key = 4,
                   .queued = 4,
                   .queue_wait_total = milliseconds(10)};
}

TEST(RowResult, LoadsPerExpiryAndTheMeanWaitAreRatiosOfWhatTheOriginCounted) {
  SeenCase row;
  load_from_origin(row.totals);
  const OriginLoad load = row.result().origin_load;
  EXPECT_DOUBLE_EQ(*load.loads_per_expiry, 3);
  EXPECT_EQ(load.queue_wait_mean_ns, 2'500'000);
  EXPECT_EQ(load.peak_concurrent_loads, 9u);
  EXPECT_EQ(load.peak_concurrent_loads_per_key, 4u);
}

TEST(RowResult, WithoutExpiriesOrQueueTheirRatiosAreUnknown) {
  SeenCase row;
  row.totals.origin = {.loads = 5};
  const OriginLoad load = row.result().origin_load;
  EXPECT_EQ(load.loads, 5u);
  EXPECT_FALSE(load.loads_per_expiry.has_value());
  EXPECT_FALSE(load.queue_wait_mean_ns.has_value());
}

TEST(RowResult, WithoutACacheNothingExpires) {
  SeenCase row(R"({"strategies": ["none"], "rounds": 1})");
  row.seen.cache.reset();
  load_from_origin(row.totals);
  const RunResult result = row.result();
  EXPECT_EQ(result.origin_load.loads, 300u);
  EXPECT_FALSE(result.origin_load.loads_per_expiry.has_value());
  EXPECT_FALSE(result.backend.entries.has_value());
}

TEST(RowResult, AKilledProcessLeavesPeaksAndLoadsPerExpiryUnknown) {
  SeenCase row;
  load_from_origin(row.totals);
  row.seen.faults = {.killed_process = true};
  const OriginLoad load = row.result().origin_load;
  EXPECT_FALSE(load.peak_concurrent_loads.has_value());
  EXPECT_FALSE(load.peak_concurrent_loads_per_key.has_value());
  EXPECT_FALSE(load.loads_per_expiry.has_value());
  EXPECT_EQ(load.loads, 300u) << "sums are not disturbed";
}

TEST(RowResult, InVirtualTimeAKilledProcessLeavesNothingBehind) {
  SeenCase row(kVirtualTime);
  load_from_origin(row.totals);
  row.seen.faults = {.killed_process = true};
  const OriginLoad load = row.result().origin_load;
  EXPECT_EQ(load.peak_concurrent_loads, 9u);
  EXPECT_DOUBLE_EQ(*load.loads_per_expiry, 3);
}

TEST(RowResult, KeysOnAUsersServerThatWereAllRemovedAreWarnedOfByNobody) {
  SeenCase row;
  row.seen.cache->marks = KeyMarks{"hitbench:x:1:", hours(2)};
  const RunResult result = row.result();
  EXPECT_EQ(result.backend.key_prefix, "hitbench:x:1:");
  EXPECT_EQ(result.backend.key_ttl_ns, 7'200'000'000'000);
  EXPECT_EQ(result.backend.keys_left, 0u);
  EXPECT_THAT(result.validity.warnings, IsEmpty());
}

std::vector<Doubt> warnings_of_keys(const LeftKeys& left) {
  SeenCase row;
  row.seen.cache->marks = KeyMarks{"hitbench:x:1:", hours(2)};
  row.seen.cache->left = left;
  const RunResult result = row.result();
  EXPECT_EQ(result.backend.keys_left.has_value(), !left.more);
  return result.validity.warnings;
}

TEST(RowResult, KeysThatAreLeftAreCountedAsFarAsTheyAreKnown) {
  const auto left = [](const char* how_many) {
    return ElementsAre(
        doubt("keys-left", AllOf(StartsWith(how_many), HasSubstr("hitbench:x:1:"), HasSubstr("2.00 h"))));
  };
  EXPECT_THAT(warnings_of_keys({.known = 1}), left("1 key "));
  EXPECT_THAT(warnings_of_keys({.known = 1200}), left("1,200 keys "));
  EXPECT_THAT(warnings_of_keys({.known = 3, .more = true}), left("at least 3 keys "));
  EXPECT_THAT(warnings_of_keys({.known = 0, .more = true}), left("perhaps keys "));
}

TEST(RowResult, ASkippedRowSaysWhyAndHasNoFigures) {
  SeenCase row;
  row.totals.rounds.clear();
  row.seen.skipped = "needs 8 cores";
  row.seen.cache->marks = KeyMarks{"hitbench:x:1:", hours(2)};
  row.seen.cache->warning = "its memory is full";
  const RunResult result = row.result();
  EXPECT_EQ(result.skipped, "needs 8 cores");
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.operations, 0u);
  EXPECT_THAT(result.validity.warnings, ElementsAre(doubt("server-may-evict", "its memory is full")));
}

TEST(RowResult, ARowThatFailedIsInvalidAndNotComplete) {
  SeenCase row;
  row.seen.skipped = "its disk is full";
  row.seen.failed = true;
  const RunResult result = row.result();
  EXPECT_FALSE(result.complete);
  EXPECT_FALSE(result.validity.valid);
  EXPECT_THAT(result.validity.reasons, ElementsAre(doubt("row-failed", "its disk is full")));
  EXPECT_EQ(result.operations, 1000u) << "what it did is kept";
}

TEST(RowResult, IsCompleteOnlyWithAllRoundsAndWithoutACtrlC) {
  SeenCase two(R"({"caches": ["memory"], "strategies": ["cache-aside"], "rounds": 2})");
  EXPECT_FALSE(two.result().complete);
  SeenCase stopped;
  stopped.seen.interrupted = true;
  EXPECT_FALSE(stopped.result().complete);
}

TEST(RowResult, TheShareOfEntriesNeverReadIsOfThoseStored) {
  SeenCase row;
  row.seen.entries = {.stored = 80, .read = 60, .failed_stores = 2};
  EXPECT_DOUBLE_EQ(*row.result().backend.never_read, 0.25);
  EXPECT_EQ(row.result().backend.failed_stores, 2u);
  row.seen.entries = SeenEntries{};
  EXPECT_FALSE(row.result().backend.never_read.has_value()) << "of nothing there is no share";
  EXPECT_EQ(row.result().backend.failed_stores, 0u);
}

TEST(RowResult, WithoutAnAuditNobodyKnowsOfStuckKeysAndLostWrites) {
  SeenCase row;
  EXPECT_FALSE(row.result().consistency.lost_writes.has_value());
  row.totals.audit = AuditResult{.stuck_keys = 2, .lost_writes = 3, .unchecked = 4};
  row.totals.audit_after_ttl = AuditResult{.stuck_keys = 1};
  const Consistency found = row.result().consistency;
  EXPECT_EQ(found.stuck_keys, 2u);
  EXPECT_EQ(found.stuck_keys_after_ttl, 1u);
  EXPECT_EQ(found.lost_writes, 3u);
  EXPECT_EQ(found.unchecked, 4u);
  EXPECT_FALSE(found.lost_updates.has_value()) << "nothing was modified";
}

TEST(RowResult, WithoutVerificationConsistencyIsUnknown) {
  SeenCase row(R"({"caches": ["memory"], "strategies": ["cache-aside"], "rounds": 1, "verify": false})");
  const RunResult result = row.result();
  EXPECT_FALSE(result.consistency.stale_reads.has_value());
  EXPECT_FALSE(result.consistency.unchecked.has_value());
  EXPECT_FALSE(result.misses.first.has_value());
  ASSERT_FALSE(result.series.empty());
  EXPECT_FALSE(result.series[0].expired.has_value());
  EXPECT_FALSE(result.series[0].evicted.has_value());
}

}  // namespace
}  // namespace hitbench
