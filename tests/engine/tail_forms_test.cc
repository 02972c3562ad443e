// What p99 is made of, against closed forms.
#include "metrics/histogram.h"
#include "tests/engine/closed_forms.h"

namespace hitbench {
namespace {

// With a share m of misses, the slowest 1 % of all reads are the slowest 0.01 / m of the loads: of exponential ones
// with mean d, p99 = d ln(m / 0.01). Misses by the renewal argument.
TEST(ClosedForms, P99IsAQuantileOfTheLoads) {
  const auto with = [](const std::string& ttl, const std::string& mean) {
    return run({.strategy = with_ttl(ttl),
                .keys = R"({"distribution": "uniform", "count": 1000})",
                .load = R"({"distribution": "exponential", "mean": ")" + mean + "\"}",
                .measure = R"({"operations": 300000})",
                .warmup = R"({"operations": 100000})"});
  };
  const auto p99_ms = [](const RunResult& run) { return static_cast<double>(*run.read.response.p99_ns) / 1e6; };
  const RunResult median = with("490s", "5ms"), upper = with("190s", "5ms");  // misses: one in 50, one in 20
  expect_form(p99_ms(median), 5 * std::log(2), 0.3, p99_ms(with("490s", "6ms")));
  expect_form(p99_ms(upper), 5 * std::log(5), 0.4, p99_ms(with("190s", "6ms")));
  for (const RunResult* run : {&median, &upper}) {
    const Histogram loaded = Histogram::decode_v2(run->loaded.histogram);
    EXPECT_EQ(loaded.count(), run->reads.miss);
    const auto quantile = static_cast<double>(loaded.quantile(1 - 0.01 / (1 - *run->hit_ratio)));
    EXPECT_NEAR(quantile / 1e6, p99_ms(*run), 0.01 * p99_ms(*run));
  }
}

}  // namespace
}  // namespace hitbench
