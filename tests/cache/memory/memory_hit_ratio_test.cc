// How often the memory cache hits, against the closed forms of the literature.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/math.h"
#include "base/rng.h"
#include "tests/cache/memory/memory_fixture.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

// Zipf by the inverse of its distribution function: p(k) = k^-theta / sum.
class Zipf {
 public:
  Zipf(int count, double theta) {
    double sum = 0;
    for (int k = 1; k <= count; ++k) sums_.push_back(sum += portable::pow(k, -theta));
  }
  uint64_t next(Rng& rng) const {
    const auto at = std::upper_bound(sums_.begin(), sums_.end(), rng.uniform() * sums_.back());
    return static_cast<uint64_t>(at - sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

struct CheCase {
  int64_t entries;
  double hit_ratio;
};

class MemoryUnderZipf : public Memory, public testing::WithParamInterface<CheCase> {};

// Che, Tung and Wang, "Hierarchical Web caching systems" (2002): the solution T of sum(1 - exp(-p(k) T)) = C gives
// the hit ratio sum p(k) (1 - exp(-p(k) T)); for 10,000 keys and theta 0.99 solved by bisection. A cache of a fifth
// fewer entries would have 0.3507 and 0.6346, a fifth more 0.3985 and 0.6886: outside the tolerance.
TEST_P(MemoryUnderZipf, HitsAsOftenAsChesApproximationSays) {
  open(memory_params({{"entries", GetParam().entries}, {"latency", Duration(0)}}));
  const Zipf zipf(10000, 0.99);
  Rng rng(5);
  uint64_t found = 0;
  constexpr int kWarm = 50000, kMeasured = 400000;
  run([&] {
    for (int i = 0; i < kWarm + kMeasured; ++i) {
      const std::string key = key_text(zipf.next(rng));
      if (hits(key)) {
        if (i >= kWarm) ++found;
      } else {
        set(key, "v");
      }
    }
  });
  EXPECT_NEAR(static_cast<double>(found) / kMeasured, GetParam().hit_ratio, 0.01);
}

INSTANTIATE_TEST_SUITE_P(Che, MemoryUnderZipf, testing::Values(CheCase{100, 0.3769}, CheCase{1000, 0.6641}));

// With Poisson reads at rate r and a TTL of T from the load, each load is followed by r T hits on average, so the hit
// ratio is r T / (1 + r T). For r T = 1 that is 0.5; a TTL a fifth longer would give 0.545, a fifth shorter 0.444.
TEST_F(Memory, HitsUnderATtlAsOftenAsRenewalTheorySays) {
  open(memory_params({{"latency", Duration(0)}}));
  Rng rng(6);
  constexpr int kReads = 200000;
  int found = 0;
  run([&] {
    for (int i = 0; i < kReads; ++i) {
      loop->sleep_until(loop->now() + Duration(static_cast<int64_t>(-1e9 * portable::log(rng.uniform_positive()))));
      if (hits("a")) {
        ++found;
      } else {
        set("a", "v", 1s);
      }
    }
  });
  EXPECT_NEAR(static_cast<double>(found) / kReads, 0.5, 0.01);
}

}  // namespace
}  // namespace hitbench
