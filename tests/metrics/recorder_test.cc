#include "metrics/recorder.h"

#include <gmock/gmock.h>

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr Time kStart{100s};

Sample read_that(Outcome end, Duration at, Duration service, Duration load = Duration{-1}) {
  return {.kind = OperationKind::read,
          .end = end,
          .finished = kStart + at,
          .response = service + milliseconds(1),
          .service = service,
          .load = load};
}

Recorder busy_recorder() {
  Recorder recorder(kStart, 10);
  recorder.record(read_that(Outcome::fresh_hit, milliseconds(10), milliseconds(2)));
  recorder.record(read_that(Outcome::null_hit, milliseconds(20), milliseconds(4)));
  recorder.record(read_that(Outcome::miss, milliseconds(999), milliseconds(12), milliseconds(9)));
  recorder.record(read_that(Outcome::coalesced, milliseconds(1000), milliseconds(8), milliseconds(7)));
  Sample corrupt = read_that(Outcome::failed, milliseconds(2500), milliseconds(50), milliseconds(40));
  corrupt.corrupt = true;
  recorder.record(corrupt);
  recorder.record(
      {.kind = OperationKind::write, .ok = false, .injected = true, .finished = kStart + milliseconds(2600)});
  recorder.record({.kind = OperationKind::erase,
                   .finished = kStart + milliseconds(2700),
                   .response = milliseconds(3),
                   .service = milliseconds(3),
                   .gen_late = Duration{250}});
  return recorder;
}

// What the truth says of five reads.
Recorder judged_recorder() {
  Recorder recorder(kStart, 10);
  const auto judged = [&](const ReadCheck& check) {
    recorder.record({.end = Outcome::fresh_hit, .check = check, .finished = kStart});
  };
  judged({.staleness = milliseconds(7)});
  judged({.dirty = true, .non_monotonic = true});
  judged({.unchecked = true});
  recorder.record({.end = Outcome::miss, .reason = MissCause::evicted, .finished = kStart});
  recorder.record({.end = Outcome::coalesced, .reason = MissCause::expired, .finished = kStart});
  return recorder;
}

void expect_judged(const Recorder& recorder, uint64_t times) {
  EXPECT_EQ(recorder.staleness().count(), times);
  EXPECT_NEAR(static_cast<double>(recorder.staleness().max()), 7e6, 7e3);
  EXPECT_EQ(recorder.dirty(), times);
  EXPECT_EQ(recorder.non_monotonic(), times);
  EXPECT_EQ(recorder.unchecked(), times);
  EXPECT_EQ(recorder.misses(MissCause::evicted), times);
  EXPECT_EQ(recorder.misses(MissCause::expired), 0u) << "it waited for another's load: that one missed";
}

TEST(Recorder, CountsWhatTheTruthSays) {
  Recorder twice = judged_recorder();
  expect_judged(twice, 1);
  expect_judged(Recorder::from_bytes(twice.to_bytes()), 1);
  twice.merge(judged_recorder());
  expect_judged(twice, 2);
}

TEST(Recorder, CountsExpiredAndEvictedEntriesSecondBySecond) {
  Recorder recorder(kStart, 10);
  const auto missed = [&](MissCause cause, int second) {
    recorder.record({.end = Outcome::miss, .reason = cause, .finished = kStart + std::chrono::seconds(second)});
  };
  missed(MissCause::first, 0);
  missed(MissCause::evicted, 1);
  missed(MissCause::expired, 2);
  missed(MissCause::expired, 2);
  recorder.merge(Recorder::from_bytes(recorder.to_bytes()));
  const std::vector<Second> series = recorder.series();
  ASSERT_EQ(series.size(), 3u);
  EXPECT_EQ(series[0].expired + series[0].evicted + series[1].expired + series[2].evicted, 0u);
  EXPECT_EQ(series[1].evicted, 2u);
  EXPECT_EQ(series[2].expired, 4u);
  EXPECT_EQ(recorder.misses(MissCause::expired), 4u);
  EXPECT_EQ(recorder.misses(MissCause::first), 2u);
}

void expect_busy(const Recorder& recorder, uint64_t times) {
  EXPECT_EQ(recorder.counts(OperationKind::read).operations, 5 * times);
  EXPECT_EQ(recorder.counts(OperationKind::read).failed, 1 * times);
  EXPECT_EQ(recorder.counts(OperationKind::write).failed, 1 * times);
  EXPECT_EQ(recorder.counts(OperationKind::erase).operations, 1 * times);
  EXPECT_EQ(recorder.counts(OperationKind::erase).failed, 0u);
  EXPECT_EQ(recorder.loaded().count(), 2 * times) << "the miss, and who coalesced with another";
  EXPECT_NEAR(recorder.loaded().mean(), 11e6, 11e3);
  EXPECT_EQ(recorder.reads(Outcome::fresh_hit), 1 * times);
  EXPECT_EQ(recorder.reads(Outcome::null_hit), 1 * times);
  EXPECT_EQ(recorder.reads(Outcome::stale_hit), 0u);
  EXPECT_EQ(recorder.reads(Outcome::failed), 1 * times);
  EXPECT_EQ(recorder.corrupt(), 1 * times);
  EXPECT_EQ(recorder.hit_service().count, 2 * times);
  EXPECT_EQ(recorder.hit_service().sum_ns, static_cast<int64_t>(6'000'000 * times));
  EXPECT_EQ(recorder.miss_service().sum_ns, static_cast<int64_t>(12'000'000 * times));
  EXPECT_EQ(recorder.load().sum_ns, static_cast<int64_t>(9'000'000 * times));
  EXPECT_EQ(recorder.latency(OperationKind::read).response.mean(), (3e6 + 5e6 + 13e6 + 9e6) / 4);
  EXPECT_EQ(recorder.latency(OperationKind::erase).response.mean(), 3e6);
  EXPECT_EQ(recorder.latency(OperationKind::read).response.count(), 4 * times) << "answers";
  EXPECT_EQ(recorder.latency(OperationKind::read).service.count(), 4 * times);
  EXPECT_EQ(recorder.latency(OperationKind::read).failed.count(), 1 * times);
  EXPECT_EQ(recorder.latency(OperationKind::read).failed.mean(), 51e6);
  EXPECT_EQ(recorder.latency(OperationKind::read).gen_late.count(), 0u);
  EXPECT_EQ(recorder.latency(OperationKind::write).response.count(), 0u);
  EXPECT_EQ(recorder.latency(OperationKind::erase).gen_late.quantile(1), 250);

  const std::vector<Second> series = recorder.series();
  ASSERT_EQ(series.size(), 3u);
  const Second &first = series[0], &second = series[1], &third = series[2];
  EXPECT_EQ(first.operations, 3 * times);
  EXPECT_EQ(first.hits, 2 * times);
  EXPECT_EQ(first.origin_loads, 1 * times);
  EXPECT_EQ(first.max_response_ns, 13'000'000);
  EXPECT_EQ(second.reads, 1 * times);
  EXPECT_EQ(second.origin_loads, 0u);  // coalesced
  EXPECT_EQ(third.operations, 3 * times);
  EXPECT_EQ(third.reads, 1 * times);
  EXPECT_EQ(third.failed, 2 * times);
  EXPECT_EQ(third.injected, 1 * times);
  EXPECT_EQ(third.max_response_ns, 3'000'000) << "of answers";
  EXPECT_EQ(recorder.read_tails().at(2).count(), 0u);
  EXPECT_EQ(third.origin_loads, 1 * times);
}

TEST(Recorder, CountsEachOperationWhereItBelongs) { expect_busy(busy_recorder(), 1); }

TEST(Recorder, CountsTheTwoHalvesOfAModifyAsOneOperationOfItsSecond) {
  Recorder recorder(kStart);
  recorder.record({.end = Outcome::fresh_hit, .goes_on = true, .finished = kStart});
  recorder.record({.kind = OperationKind::write, .finished = kStart});
  ASSERT_EQ(recorder.series().size(), 1u);
  EXPECT_EQ(recorder.series()[0].operations, 1u);
  EXPECT_EQ(recorder.series()[0].reads, 1u);
  EXPECT_EQ(recorder.counts(OperationKind::read).operations, 1u);
  EXPECT_EQ(recorder.counts(OperationKind::write).operations, 1u);
}

TEST(Recorder, KeepsTheTimesOfAWholeModifyAndCountsItNowhere) {
  Recorder recorder(kStart);
  recorder.record({.end = Outcome::fresh_hit, .goes_on = true, .finished = kStart, .response = milliseconds(2)});
  recorder.record({.kind = OperationKind::write, .finished = kStart, .response = milliseconds(3)});
  recorder.record_latencies({.kind = OperationKind::modify, .response = milliseconds(6), .service = milliseconds(5)});
  recorder.merge(Recorder::from_bytes(recorder.to_bytes()));
  EXPECT_EQ(recorder.latency(OperationKind::modify).response.count(), 2u);
  EXPECT_EQ(recorder.latency(OperationKind::modify).response.mean(), 6e6);
  EXPECT_EQ(recorder.latency(OperationKind::modify).service.mean(), 5e6);
  EXPECT_EQ(recorder.latency(OperationKind::modify).gen_late.count(), 0u);
  EXPECT_EQ(recorder.counts(OperationKind::modify).operations, 0u);
  EXPECT_EQ(recorder.latency(OperationKind::read).response.count(), 2u);
  EXPECT_EQ(recorder.latency(OperationKind::write).response.count(), 2u);
  EXPECT_EQ(recorder.series().at(0).operations, 2u);
  EXPECT_EQ(recorder.series().at(0).max_response_ns, 3'000'000);
  EXPECT_EQ(recorder.read_tails().at(0).count() + recorder.write_tails().at(0).count(), 4u);
}

TEST(Recorder, AddsUpWhatOthersRecorded) {
  Recorder recorder = busy_recorder();
  recorder.merge(busy_recorder());
  recorder.merge(Recorder(kStart));
  expect_busy(recorder, 2);
  Recorder empty(kStart);
  empty.merge(busy_recorder());
  expect_busy(empty, 1);
}

TEST(Recorder, CrossesAPipeUnchanged) {
  const std::string bytes = busy_recorder().to_bytes();
  EXPECT_LT(bytes.size(), 400u);
  expect_busy(Recorder::from_bytes(bytes), 1);
  const Recorder empty = Recorder::from_bytes(Recorder().to_bytes());
  EXPECT_EQ(empty.counts(OperationKind::read).operations, 0u);
}

TEST(Recorder, GoesOnFromWhereItsBytesEnded) {
  Recorder recorder = Recorder::from_bytes(Recorder(kStart, 10).to_bytes());
  recorder.record(read_that(Outcome::miss, 4s, milliseconds(1)));
  EXPECT_EQ(recorder.series().size(), 5u);
}

TEST(Recorder, CopiesShareNothing) {
  Recorder recorder = busy_recorder();
  Recorder copy = recorder;
  copy.merge(recorder);
  expect_busy(recorder, 1);
  expect_busy(copy, 2);
}

TEST(Recorder, PutsWhatFollowsItsLastSecondIntoIt) {
  Recorder recorder(kStart, 3);
  recorder.record(read_that(Outcome::miss, -5s, milliseconds(1)));
  recorder.record(read_that(Outcome::miss, 2s, milliseconds(1)));
  recorder.record(read_that(Outcome::miss, 500s, milliseconds(1)));
  ASSERT_EQ(recorder.series().size(), 3u);
  EXPECT_EQ(recorder.series()[0].operations, 1u);
  EXPECT_EQ(recorder.series()[2].operations, 2u);
}

}  // namespace
}  // namespace hitbench
