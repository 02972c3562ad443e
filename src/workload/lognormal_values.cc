// lognormal: many small values and a few large ones. The median object of 153 production clusters has 230 bytes
// (Yang, Yue and Rashmi, OSDI 2020).
#include <algorithm>

#include "workload/parts.h"
#include "workload/random.h"

namespace hitbench {
namespace {

// Sizes are cut here: memcached's largest item is 1 MiB unless told otherwise.
constexpr double kLargest = 1'000'000;

class LognormalValues final : public ValueSizes {
 public:
  explicit LognormalValues(Lognormal sizes) : sizes_(sizes) {}
  uint32_t size(Rng& rng) const override { return static_cast<uint32_t>(std::min(sizes_.draw(rng), kLargest) + 0.5); }
  double mean() const override { return std::min(sizes_.mean(), kLargest); }

 private:
  Lognormal sizes_;
};

}  // namespace

std::unique_ptr<ValueSizes> make_lognormal_values(const Params& params) {
  return std::make_unique<LognormalValues>(
      Lognormal{.median = static_cast<double>(params.integer("median")), .sigma = params.real("sigma")});
}

std::vector<Field> lognormal_values_fields() {
  return {{.name = "median",
           .type = FieldType::size,
           .fallback = "230",
           .doc = "half of the values are smaller; none is larger than 1,000,000 bytes",
           .min = 1,
           .max = 1'000'000},
          {.name = "sigma",
           .type = FieldType::real,
           .fallback = "1.2",
           .doc = "standard deviation of the logarithm: 1.2 puts a tenth of the values above 4.7 times the median",
           .min = 0,
           .max = 5}};
}

}  // namespace hitbench
