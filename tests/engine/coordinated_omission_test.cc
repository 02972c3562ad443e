// What a stall does to latencies, in virtual time and exactly. Operations arrive at rate lambda for a time T at one
// FIFO server that takes s for each; K times it stands still for D. With rho = lambda s, an operation that arrives u
// after the beginning of a stall waits D - u (1 - rho): that is what a user waits, and what a tool that times from the
// sending on, or sends nothing while it waits, omits ("coordinated omission", G. Tene). By that model, with (1 - q)
// below the share of operations that any stall delays, K D / ((1 - rho) T),
//
//   x_q = s + D - (1 - q)(1 - rho) T / K,   max = s + D,   mean = s + K D^2 / (2 (1 - rho) T).
#include <gtest/gtest.h>

#include <cmath>

#include "metrics/histogram.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

struct Stall {
  double rate;        // a second
  double service_ms;  // one at a time
  int seconds;
  int stalls;
  double stall_ms = 100;

  double idle() const { return 1 - rate * service_ms / 1e3; }
  double operations() const { return rate * seconds; }
  double delayed_share() const { return stalls * stall_ms / (1e3 * idle() * seconds); }
  double quantile_ms(double q) const {
    if (1 - q >= delayed_share()) return service_ms;
    return service_ms + stall_ms - (1 - q) * idle() * 1e3 * seconds / stalls;
  }
  double mean_ms() const { return service_ms + stalls * stall_ms * stall_ms / (2 * idle() * 1e3 * seconds); }
};

std::string faults_of(const Stall& s) {
  std::string faults;
  for (int i = 0; i < s.stalls; ++i) {
    faults += (i == 0 ? "" : ", ") + std::string(R"({"target": "origin", "action": "stop", "at": ")") +
              std::to_string((2 * i + 1) * s.seconds * 1000 / (2 * s.stalls)) + R"(ms", "for": ")" +
              std::to_string(static_cast<int>(s.stall_ms)) + "ms\"}";
  }
  return faults;
}

RunResult run(const Stall& s, const std::string& arrivals, int clients) {
  return run_text(
             R"({"clock": "virtual", "strategies": ["none"], "warmup": {"operations": 0}, "measure": {"duration": ")" +
             std::to_string(s.seconds) + R"(s"}, "app": {"timeout": "10s", "clients": )" + std::to_string(clients) +
             R"(}, "workload": {"arrivals": )" + arrivals +
             R"(}, "origin": {"type": "simulated", "concurrency": 1, "latency": {"distribution": "fixed", "value": ")" +
             std::to_string(std::lround(1e3 * s.service_ms)) + R"(us"}}, "faults": [)" + faults_of(s) + "]}")
      .runs.at(0);
}

RunResult run_open(const Stall& s, const std::string& process, int clients) {
  return run(s, R"({"loop": "open", "rate": )" + std::to_string(s.rate) + R"(, "process": ")" + process + "\"}",
             clients);
}

double quantile_ms(const Percentiles& latency, double q) {
  return static_cast<double>(Histogram::decode_v2(latency.histogram).quantile(q)) / 1e6;
}
double response_ms(const RunResult& run, double q) { return quantile_ms(run.read.response, q); }

uint64_t above(const Percentiles& latency, int64_t limit_ns) {
  const Histogram histogram = Histogram::decode_v2(latency.histogram);
  uint64_t count = 0;
  for (size_t i = Histogram::index_of(limit_ns); i < Histogram::kBuckets; ++i) count += histogram.count_at(i);
  return count;
}

constexpr Stall kOne{.rate = 2000, .service_ms = 0.02, .seconds = 10, .stalls = 1};
constexpr Stall kFive{.rate = 2000, .service_ms = 0.02, .seconds = 10, .stalls = 5};
constexpr Stall kLong{.rate = 2000, .service_ms = 0.02, .seconds = 60, .stalls = 1};
constexpr Stall kBusy{.rate = 2000, .service_ms = 0.25, .seconds = 10, .stalls = 1};
constexpr Stall kQuick{.rate = 10000, .service_ms = 0.02, .seconds = 10, .stalls = 1};

// One arrival's time, and a thousandth for the histogram.
double tolerance_ms(const Stall& s, double form) { return 1e3 / s.rate + form / 1000; }

void expect_quantiles(const Stall& s, const RunResult& result) {
  for (const double q : {0.95, 0.99, 0.995, 0.999, 0.9999}) {
    const double form = s.quantile_ms(q);
    EXPECT_NEAR(response_ms(result, q), form, tolerance_ms(s, form)) << q;
  }
}

// The formula, against an exact recursion (Lindley) that was computed elsewhere.
TEST(CoordinatedOmission, TheFormulaIsTheRecursions) {
  EXPECT_NEAR(kOne.quantile_ms(0.95), 0.02, 0.02);
  EXPECT_NEAR(kOne.quantile_ms(0.99), 4.02, 0.02);
  EXPECT_NEAR(kOne.quantile_ms(0.999), 90.42, 0.02);
  EXPECT_NEAR(kFive.quantile_ms(0.95), 4.02, 0.02);
  EXPECT_NEAR(kFive.quantile_ms(0.99), 80.82, 0.02);
  EXPECT_NEAR(kLong.quantile_ms(0.995), 0.02, 0.02);
  EXPECT_NEAR(kLong.quantile_ms(0.999), 42.42, 0.02);
  EXPECT_NEAR(kBusy.quantile_ms(0.99), 50.25, 0.02);
  EXPECT_NEAR(kQuick.quantile_ms(0.9999), 99.22, 0.02);
}

TEST(CoordinatedOmission, ConstantArrivalsShowAStallAsTheoryDoesWhateverTheClients) {
  for (const Stall& s : {kOne, kFive, kBusy, kQuick}) {
    for (const int clients : {1, 4, 8}) {
      SCOPED_TRACE(testing::Message() << s.rate << "/s, " << s.stalls << " stalls, " << clients << " clients");
      const RunResult result = run_open(s, "constant", clients);
      EXPECT_EQ(static_cast<double>(result.operations), s.operations());
      EXPECT_EQ(result.read.response.count, result.operations);
      expect_quantiles(s, result);
      EXPECT_NEAR(response_ms(result, 1), s.service_ms + s.stall_ms, tolerance_ms(s, s.stall_ms));
      EXPECT_NEAR(*result.read.response.mean_ns / 1e6, s.mean_ms(), 0.02 * s.mean_ms());
      EXPECT_FALSE(result.validity.overloaded) << "the backlog was worked off";
    }
  }
  const RunResult result = run_open(kLong, "constant", 4);
  expect_quantiles(kLong, result);
}

// Only the clients that were in the stalled server when it stopped see the stall as a service time, and no gen_late
// blames it on us.
TEST(CoordinatedOmission, ServiceTimesHideWhatResponsesShow) {
  for (const int clients : {1, 4, 8}) {
    SCOPED_TRACE(clients);
    const RunResult result = run_open(kFive, "constant", clients);
    EXPECT_EQ(above(result.read.service, 10'000'000), static_cast<uint64_t>(5 * clients));
    EXPECT_GT(above(result.read.response, 10'000'000), 900u);
    // What a tool without due times prints: the clients' turns at the server, and nothing of 100 ms.
    EXPECT_LE(quantile_ms(result.read.service, 0.995), 0.021 * clients);
    EXPECT_GT(response_ms(result, 0.995), 90);
    EXPECT_LE(*result.read.gen_late.max_ns, 1000);
  }
}

// Poisson arrivals: how many come within the last x of a stall scatters as the root of their number; four of that.
TEST(CoordinatedOmission, PoissonArrivalsShowAStallWithinTheirScatter) {
  for (const Stall& s : {kOne, kFive, kQuick}) {
    for (const int clients : {1, 8}) {
      SCOPED_TRACE(testing::Message() << s.rate << "/s, " << s.stalls << " stalls, " << clients << " clients");
      const RunResult result = run_open(s, "poisson", clients);
      EXPECT_EQ(result.read.response.count, result.operations);
      for (const double q : {0.995, 0.999, 0.9999}) {
        const double delayed = (1 - q) * s.operations(), form = s.quantile_ms(q);
        const double scatter = 4 * std::sqrt(delayed) * 1e3 / (s.rate * s.stalls);
        EXPECT_NEAR(response_ms(result, q), form, scatter + tolerance_ms(s, form)) << q;
      }
      EXPECT_LE(above(result.read.service, 10'000'000), static_cast<uint64_t>(s.stalls * clients));
    }
  }
}

// The tolerances above would not let a stall that is a fifth longer pass.
TEST(CoordinatedOmission, AWrongStallIsToldApart) {
  for (const char* process : {"constant", "poisson"}) {
    Stall longer = kOne;
    longer.stall_ms = 120;
    const double form = kOne.quantile_ms(0.999);
    const double scatter = 4 * std::sqrt(20) * 1e3 / kOne.rate;
    EXPECT_GT(std::fabs(response_ms(run_open(longer, process, 8), 0.999) - form), scatter + tolerance_ms(kOne, form));
  }
}

// A closed loop sends nothing while it waits: of each stall it has one sample a client, and no percentile sees it.
TEST(CoordinatedOmission, AClosedLoopHasOneSampleOfAStallForEachClient) {
  for (const int clients : {1, 8}) {
    const RunResult result = run(kFive, R"({"loop": "closed", "think": "1ms"})", clients);
    EXPECT_EQ(above(result.read.response, 10'000'000), static_cast<uint64_t>(5 * clients));
    EXPECT_LT(response_ms(result, 0.999), 1) << "alongside some 98 ms in an open loop";
    EXPECT_GE(response_ms(result, 1), 98);
  }
}

}  // namespace
}  // namespace hitbench
