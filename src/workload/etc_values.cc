// etc: the value sizes of ETC, Facebook's general-purpose pool, as published: B. Atikoglu, Y. Xu, E. Frachtenberg,
// S. Jiang and M. Paleczny, "Workload analysis of a large-scale key-value store", SIGMETRICS 2012, section 5 and
// table 5: a table of probabilities for 0 to 14 bytes, and above it a generalized Pareto distribution.
#include <algorithm>
#include <array>

#include "base/math.h"
#include "workload/parts.h"

namespace hitbench {
namespace {

// By size, 0 to 14 bytes: 44.2 % of all values.
constexpr std::array<double, 15> kSmall{0.00536, 0.00047, 0.17820, 0.09239, 0.00018, 0.02740, 0.00065, 0.00606,
                                        0.00023, 0.00837, 0.00837, 0.08989, 0.00092, 0.00326, 0.01980};
constexpr double kLocation = 15, kScale = 214.476, kShape = 0.348238;

// The pool's servers took items up to 1 MiB; less than one value in 10^9 is cut.
constexpr double kLargestItem = 1'000'000;

class EtcValues final : public ValueSizes {
 public:
  uint32_t size(Rng& rng) const override {
    double left = rng.uniform();
    for (uint32_t bytes = 0; bytes < kSmall.size(); ++bytes) {
      if (left < kSmall[bytes]) return bytes;
      left -= kSmall[bytes];
    }
    // The inverse of the Pareto distribution function at 1 - u.
    const double u = rng.uniform_positive();
    const double size = kLocation + kScale * (portable::pow(u, -kShape) - 1) / kShape;
    return static_cast<uint32_t>(std::min(size, kLargestItem));
  }

  double mean() const override {
    double sum = 0, mass = 0;
    for (size_t bytes = 0; bytes < kSmall.size(); ++bytes) {
      sum += kSmall[bytes] * static_cast<double>(bytes);
      mass += kSmall[bytes];
    }
    constexpr double kRoundedDown = 0.5;  // sizes are whole
    return sum + (1 - mass) * (kLocation + kScale / (1 - kShape) - kRoundedDown);
  }
};

}  // namespace

std::unique_ptr<ValueSizes> make_etc_values(const Params&) { return std::make_unique<EtcValues>(); }

std::vector<Field> etc_values_fields() { return {}; }

}  // namespace hitbench
