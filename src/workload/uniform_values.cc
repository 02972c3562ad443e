// uniform: every size from min to max is equally likely.
#include "base/error.h"
#include "workload/parts.h"

namespace hitbench {
namespace {

class UniformValues final : public ValueSizes {
 public:
  UniformValues(uint32_t min, uint32_t max) : min_(min), max_(max) {}
  uint32_t size(Rng& rng) const override { return min_ + static_cast<uint32_t>(rng.below(max_ - min_ + 1)); }
  double mean() const override { return (static_cast<double>(min_) + static_cast<double>(max_)) / 2; }
  std::optional<uint32_t> largest() const override { return max_; }

 private:
  uint32_t min_, max_;
};

}  // namespace

std::unique_ptr<ValueSizes> make_uniform_values(const Params& params) {
  const int64_t min = params.integer("min"), max = params.integer("max");
  if (min > max) {
    throw usage_error("workload.value_bytes: min " + std::to_string(min) + " is above max " + std::to_string(max),
                      "exchange them");
  }
  return std::make_unique<UniformValues>(static_cast<uint32_t>(min), static_cast<uint32_t>(max));
}

std::vector<Field> uniform_values_fields() {
  return {{.name = "min", .type = FieldType::size, .fallback = "100", .doc = "smallest", .min = 0, .max = 16'000'000},
          {.name = "max", .type = FieldType::size, .fallback = "1000", .doc = "largest", .min = 0, .max = 16'000'000}};
}

}  // namespace hitbench
