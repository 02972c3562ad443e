// The open loop's arrival laws and its accounting of waits against queueing theory: one server, 2,500 arrivals a
// second, 200 µs of service, so that half of its time is used. Virtual time, so that no figure is the machine's. Each
// law is also checked against a service that is a fifth too long: it must be told apart.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/closed_forms.h"

namespace hitbench {
namespace {

constexpr double kRate = 2500;

RunResult run(const std::string& process, const std::string& service, double service_us) {
  const std::string field = service == "fixed" ? "value" : "mean";
  return run_text(R"({"clock": "virtual", "warmup": {"operations": 2000}, "measure": {"operations": 400000},
    "app": {"clients": 200, "timeout": "10s"}, "strategies": ["none"], "workload": {"arrivals": {"loop": "open",
    "rate": 2500, "process": ")" +
                  process + R"("}}, "origin": {"type": "simulated", "concurrency": 1,
    "latency": {"distribution": ")" +
                  service + "\", \"" + field + "\": \"" + std::to_string(std::lround(service_us)) + "us\"}}}")
      .runs.at(0);
}

double mean_ms(const RunResult& run) { return *run.read.response.mean_ns / 1e6; }
double ms(Maybe<int64_t> ns) { return static_cast<double>(ns.value()) / 1e6; }

void expect_law(double measured, double law, double share, double wrong) {
  expect_form(measured, law, share * law, wrong);
}

// D/D/1: whoever comes finds nobody.
TEST(Queueing, ConstantArrivalsAtAFixedServiceNeverWait) {
  const RunResult result = run("constant", "fixed", 200);
  EXPECT_EQ(result.operations, 400'000u);
  EXPECT_EQ(result.origin_load.queued.value(), 0u);
  EXPECT_NEAR(ms(result.read.response.max_ns), 0.2, 0.0002);
  EXPECT_LT(*result.read.gen_late.max_ns, 1000) << "virtual clients are never late";
}

// M/D/1: s + rho s / (2 (1 - rho)) in the mean (Pollaczek and Khinchine): 300 µs.
TEST(Queueing, PoissonArrivalsAtAFixedServiceWaitAsPollaczekAndKhinchineSay) {
  expect_law(mean_ms(run("poisson", "fixed", 200)), 0.300, 0.02, mean_ms(run("poisson", "fixed", 240)));
}

// M/M/1: the response is exponential with mean 1 / (mu - lambda) = 400 µs.
TEST(Queueing, PoissonArrivalsAtAnExponentialServiceRespondExponentially) {
  const RunResult right = run("poisson", "exponential", 200), wrong = run("poisson", "exponential", 240);
  const Percentiles &is = right.read.response, &is_not = wrong.read.response;
  expect_law(mean_ms(right), 0.4, 0.03, mean_ms(wrong));
  expect_law(ms(is.p50_ns), 0.4 * std::log(2.0), 0.03, ms(is_not.p50_ns));
  expect_law(ms(is.p90_ns), 0.4 * std::log(10.0), 0.03, ms(is_not.p90_ns));
  expect_law(ms(is.p99_ns), 0.4 * std::log(100.0), 0.06, ms(is_not.p99_ns));
}

// D/M/1: exponential again, with mean 1 / (mu (1 - sigma)) where sigma = e^(-mu (1 - sigma) / lambda) (Kendall 1953).
// So constant arrivals understate what Poisson arrivals see: their 99th percentile is 1.6 times smaller.
TEST(Queueing, ConstantArrivalsAtAnExponentialServiceWaitLess) {
  double sigma = 0.5;
  for (int i = 0; i < 100; ++i) sigma = std::exp(-5000 * (1 - sigma) / kRate);
  EXPECT_NEAR(sigma, 0.2032, 0.0001) << "the fixed point, against a value computed elsewhere";
  const double mean = 0.2 / (1 - sigma);
  const RunResult right = run("constant", "exponential", 200), wrong = run("constant", "exponential", 240);
  expect_law(mean_ms(right), mean, 0.03, mean_ms(wrong));
  expect_law(ms(right.read.response.p50_ns), mean * std::log(2.0), 0.03, ms(wrong.read.response.p50_ns));
  expect_law(ms(right.read.response.p99_ns), mean * std::log(100.0), 0.06, ms(wrong.read.response.p99_ns));
}

// Little's law: what is in the system is what arrives per second times how long it stays.
TEST(Queueing, AchievedConcurrencyIsLittles) {
  EXPECT_NEAR(*run("poisson", "exponential", 200).validity.achieved_concurrency, kRate * 0.4e-3, 0.03);
}

}  // namespace
}  // namespace hitbench
