// The queue of a twin's server against closed forms. The tolerances are a tenth of what a service time that is 20 %
// wrong would change.
#include "cache/twin/service_station.h"

#include <gtest/gtest.h>

#include "base/math.h"
#include "base/rng.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

constexpr int kJobs = 400'000;

Duration exponential(Rng& rng, double mean_ns) {
  return Duration(static_cast<int64_t>(-portable::log(rng.uniform_positive()) * mean_ns));
}

// Jobs that arrive at `rate` per second of one server: the mean wait for the begin of their service, in ns.
template <class Service>
double mean_wait_ns(size_t servers, double rate, const Service& service) {
  ServiceStation station(servers);
  Rng rng(7);
  Time arrival{};
  double waited = 0;
  for (int i = 0; i < kJobs; ++i) {
    arrival += exponential(rng, 1e9 / rate);
    waited += static_cast<double>((station.serve(arrival, service(rng)).begin - arrival).count());
  }
  return waited / kJobs;
}

// Pollaczek and Khinchin: at a load of 0.6 and with 10 us each, half of 0.6 / 0.4 * 10 us.
TEST(ServiceStation, WaitsAsMD1WhereServiceIsConstant) {
  const auto constant = [](Rng&) { return Duration(10us); };
  EXPECT_NEAR(mean_wait_ns(1, 60'000, constant), 7'500, 150);
}

TEST(ServiceStation, WaitsAsMM1WhereServiceIsExponential) {
  const auto drawn = [](Rng& rng) { return exponential(rng, 10'000); };
  EXPECT_NEAR(mean_wait_ns(1, 60'000, drawn), 15'000, 450);
}

// Erlang's C for two servers at a load of 0.6 each is 0.45; the wait is C / (2 - 1.2) * 10 us.
TEST(ServiceStation, WaitsAsMM2ForTwoServers) {
  const auto drawn = [](Rng& rng) { return exponential(rng, 10'000); };
  EXPECT_NEAR(mean_wait_ns(2, 120'000, drawn), 5'625, 250);
}

TEST(ServiceStation, ServesInTheOrderOfArrivalByWhoeverIsFree) {
  ServiceStation station(2);
  EXPECT_EQ(station.serve(Time(1us), 10us).begin, Time(1us));
  EXPECT_EQ(station.serve(Time(2us), 3us).begin, Time(2us));
  EXPECT_EQ(station.serve(Time(3us), 9us).begin, Time(5us)) << "behind the second";
  EXPECT_EQ(station.serve(Time(4us), 1us).end, Time(12us)) << "behind the first";
  station.restart(Time(6us));
  EXPECT_EQ(station.serve(Time(4us), 1us).begin, Time(6us));
}

}  // namespace
}  // namespace hitbench
