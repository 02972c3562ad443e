// From figures to the times of twins: each expected time is worked out by hand.
#include "cli/calibrated_times.h"

#include <gtest/gtest.h>

#include "cli/calibration_steps.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

FoundTimes::Figures figures(Duration round_trip, Duration service) {
  return {TimeQuantiles::constant(round_trip), service};
}

TEST(CalibratedTimes, AreTheQuantilesOfWhatWasMeasured) {
  Histogram histogram;
  for (int64_t us = 1; us <= 1000; ++us) histogram.record(us * 1000);
  const TimeQuantiles quantiles = quantiles_of(histogram);
  const auto us = [&](size_t i) { return std::chrono::duration<double, std::micro>(quantiles.at[i]).count(); };
  EXPECT_NEAR(us(0), 1, 0.001);
  EXPECT_NEAR(us(1), 100, 0.2);
  EXPECT_NEAR(us(2), 250, 0.3);
  EXPECT_NEAR(us(3), 500, 0.5);
  EXPECT_NEAR(us(4), 750, 0.8);
  EXPECT_NEAR(us(5), 900, 0.9);
  EXPECT_NEAR(us(6), 990, 1);
  EXPECT_NEAR(us(7), 999, 1);
  EXPECT_NEAR(us(8), 1998, 2) << "twice the 99.9th percentile, since one event decides the largest";
}

TEST(CalibratedTimes, HaveNothingOfWhatWasNotMeasured) {
  FoundTimes found;
  found.operations[TwinOperation::get_hit][100] = figures(20us, 4us);
  const ServiceTimes times = calibrated_times_of(found);
  EXPECT_EQ(times.round_trip(TwinOperation::get_hit, 100, 0.5), 20us);
  EXPECT_EQ(times.service(TwinOperation::get_hit, 100, 0.5), 4us);
  EXPECT_FALSE(times.has(TwinOperation::set));
  EXPECT_FALSE(times.has(TwinOperation::connect));
}

TEST(CalibratedTimes, LeaveTheWayAFifthOfTheLeastRoundTrip) {
  FoundTimes found;
  found.operations[TwinOperation::set][100] = figures(10us, 12us);
  const ServiceTimes times = calibrated_times_of(found);
  EXPECT_EQ(times.service(TwinOperation::set, 100, 0.5), 8us);
  EXPECT_EQ(times.least_way(), 2us);
}

TEST(CalibratedTimes, NeverFallAsValuesGrow) {
  FoundTimes found;
  auto& sets = found.operations[TwinOperation::set];
  sets[100] = figures(30us, 3us);
  sets[10'000] = figures(20us, 2us);
  sets[100'000] = figures(60us, 9us);
  const ServiceTimes times = calibrated_times_of(found);
  EXPECT_EQ(times.round_trip(TwinOperation::set, 100, 0.5), 25us);
  EXPECT_EQ(times.round_trip(TwinOperation::set, 10'000, 0.5), 25us);
  EXPECT_EQ(times.round_trip(TwinOperation::set, 100'000, 0.5), 60us);
  EXPECT_EQ(times.service(TwinOperation::set, 100, 0.5), 2500ns);
  EXPECT_EQ(times.service(TwinOperation::set, 100'000, 0.5), 9us);
}

TEST(CalibratedTimes, OfAFurtherKeyAreAFifteenthOfWhatABatchOfSixteenTakesMore) {
  FoundTimes found;
  found.operations[TwinOperation::get_hit][100] = figures(20us, 5us);
  found.operations[TwinOperation::batch_key][100] = figures(50us, 1us);  // 1 us a key: 16 us a batch
  const ServiceTimes times = calibrated_times_of(found);
  EXPECT_EQ(times.round_trip(TwinOperation::batch_key, 100, 0.5), 2us);
  EXPECT_NEAR(static_cast<double>(times.service(TwinOperation::batch_key, 100, 0.5).count()), 11'000.0 / 15, 1);
}

TEST(CalibratedTimes, OfAFurtherKeyAreNeverNegativeAndNeverFall) {
  FoundTimes found;
  found.operations[TwinOperation::get_hit][100] = figures(20us, 5us);
  FoundTimes::Figures batch = figures(5us, 100ns);
  batch.round_trip.at = {5us, 50us, 35us, 35us, 35us, 35us, 35us, 35us, 80us};
  found.operations[TwinOperation::batch_key][100] = batch;
  const ServiceTimes times = calibrated_times_of(found);
  EXPECT_EQ(times.round_trip(TwinOperation::batch_key, 100, 0), 0us);
  EXPECT_EQ(times.round_trip(TwinOperation::batch_key, 100, 0.1), 2us);
  EXPECT_EQ(times.round_trip(TwinOperation::batch_key, 100, 0.5), 2us);
  EXPECT_EQ(times.round_trip(TwinOperation::batch_key, 100, 1), 4us);
  EXPECT_EQ(times.service(TwinOperation::batch_key, 100, 0.5), 0us);
}

RunResult run_of(uint64_t reads, double hit_ratio) {
  Histogram histogram;
  histogram.record(20'000, reads);
  RunResult run;
  run.operations = reads;
  run.failed_operations = 0;
  run.hit_ratio = hit_ratio;
  run.read.response = {.count = reads, .histogram = histogram.encode_v2()};
  run.backend.cpu_ns_per_op = 4000;
  return run;
}

CalibrationStep step_of(bool services, bool empty) {
  const TwinOperation operation = empty ? TwinOperation::get_miss : TwinOperation::get_hit;
  CalibrationStep step;
  step.operations = {operation};
  step.value_bytes = 100;
  step.services = services;
  step.read = 1;
  step.empty = empty;
  return step;
}

TEST(CalibrationSteps, FindRoundTripsAndServices) {
  FoundTimes found;
  EXPECT_TRUE(add_figures(step_of(false, false), run_of(1000, 1), found));
  EXPECT_TRUE(add_figures(step_of(true, false), run_of(1000, 1), found));
  const FoundTimes::Figures& hits = found.operations.at(TwinOperation::get_hit).at(100);
  EXPECT_NEAR(static_cast<double>(hits.round_trip.at[3].count()), 20'000, 20);
  EXPECT_EQ(hits.service, 4us);
}

TEST(CalibrationSteps, TakeNothingOfARowThatDidSomethingElse) {
  FoundTimes found;
  EXPECT_FALSE(add_figures(step_of(false, false), run_of(1000, 0.99), found)) << "some missed";
  EXPECT_FALSE(add_figures(step_of(false, true), run_of(1000, 0.01), found)) << "some hit";
  EXPECT_TRUE(add_figures(step_of(false, true), run_of(1000, 0), found));
  EXPECT_FALSE(add_figures(step_of(false, false), run_of(10, 1), found)) << "too few";
  RunResult failing = run_of(1000, 1);
  failing.failed_operations = 1;
  EXPECT_FALSE(add_figures(step_of(false, false), failing, found));
  RunResult unaccounted = run_of(1000, 1);
  unaccounted.backend.cpu_ns_per_op.reset();
  EXPECT_FALSE(add_figures(step_of(true, false), unaccounted, found));
  EXPECT_TRUE(add_figures(step_of(false, false), unaccounted, found)) << "round trips need no account";
}

}  // namespace
}  // namespace hitbench
