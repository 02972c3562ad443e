#include "cache/twin/service_times.h"

#include <gtest/gtest.h>

#include "cache/twin/twins.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

TimeQuantiles rising() { return {.at = {10us, 11us, 12us, 14us, 18us, 22us, 40us, 100us, 500us}}; }

TEST(TimeQuantiles, AreLinearBetweenTheirProbabilities) {
  EXPECT_EQ(rising().draw(0), 10us);
  EXPECT_EQ(rising().draw(0.5), 14us);
  EXPECT_EQ(rising().draw(0.625), 16us);
  EXPECT_EQ(rising().draw(0.9995), 300us);
  EXPECT_EQ(rising().draw(1), 500us);
}

TEST(ServiceTimes, AreLinearBetweenSizesAndBeyondThem) {
  ServiceTimes times;
  const auto at = [](uint64_t bytes, Duration round_trip, Duration service) {
    return TimesAtSize{bytes, TimeQuantiles::constant(round_trip), TimeQuantiles::constant(service)};
  };
  times.put(TwinOperation::get_hit, {at(100, 30us, 5us), at(1100, 40us, 7us)});
  const auto round_trip = [&](uint64_t bytes) { return times.round_trip(TwinOperation::get_hit, bytes, 0.3); };
  EXPECT_EQ(round_trip(1), 30us) << "no size is quicker than the smallest";
  EXPECT_EQ(round_trip(100), 30us);
  EXPECT_EQ(round_trip(600), 35us);
  EXPECT_EQ(round_trip(2100), 50us);
  EXPECT_EQ(times.service(TwinOperation::get_hit, 600, 0.9), 6us);
  EXPECT_EQ(times.service(TwinOperation::erase, 600, 0.9), 0us) << "it was not measured";
  EXPECT_EQ(times.least_way(), 25us);
}

// Every figure that is shipped is there, and what is slower is slower.
TEST(ServiceTimes, AreShippedForBothServersAndTransports) {
  for (const char* server : {"redis", "memcached"}) {
    for (const char* transport : {"tcp", "unix"}) {
      const ServiceTimes* times = default_times().find(server, transport);
      ASSERT_NE(times, nullptr) << server << " " << transport;
      for (const TwinOperation operation : {TwinOperation::get_hit, TwinOperation::get_miss, TwinOperation::set,
                                            TwinOperation::erase, TwinOperation::batch_key, TwinOperation::connect}) {
        ASSERT_TRUE(times->has(operation));
        EXPECT_LE(times->service(operation, 100, 0), times->round_trip(operation, 100, 0));
        EXPECT_LE(times->round_trip(operation, 100, 0.5), times->round_trip(operation, 100, 0.99));
        EXPECT_LE(times->round_trip(operation, 100, 0.5), times->round_trip(operation, 100'000, 0.5));
      }
      EXPECT_GT(times->least_way(), 0us);
    }
    EXPECT_LT(default_times().find(server, "unix")->round_trip(TwinOperation::get_hit, 100, 0.5),
              default_times().find(server, "tcp")->round_trip(TwinOperation::get_hit, 100, 0.5));
  }
  EXPECT_EQ(default_times().find("redis", "rdma"), nullptr);
}

// A calibration file may have been written by hand, and then nothing in it may take no time unnoticed.
TEST(ServiceTimes, AreShippedWhereACalibrationLacksThem) {
  CalibratedTimes calibrated{.source = "measured on a desk", .servers = {{"redis", "tcp", {}}}};
  const TimesAtSize slow{
      .value_bytes = 0, .round_trip = TimeQuantiles::constant(5ms), .service = TimeQuantiles::constant(1us)};
  calibrated.servers.front().times.put(TwinOperation::get_hit, {slow});
  BackendContext context;
  context.times = &calibrated;
  const TwinTimes times = twin_times(context, "redis", "tcp");
  const ServiceTimes& shipped = *default_times().find("redis", "tcp");
  EXPECT_EQ(times.source, "measured on a desk");
  EXPECT_EQ(times.times.round_trip(TwinOperation::get_hit, 100, 0.5), 5ms);
  EXPECT_EQ(times.times.round_trip(TwinOperation::set, 100, 0.5), shipped.round_trip(TwinOperation::set, 100, 0.5));
  EXPECT_EQ(twin_times(context, "memcached", "tcp").source, default_times().source);
}

}  // namespace
}  // namespace hitbench
