// fixed: every value has the same size; `"value_bytes": 100` means this.
#include "workload/parts.h"

namespace hitbench {
namespace {

class FixedValues final : public ValueSizes {
 public:
  explicit FixedValues(uint32_t bytes) : bytes_(bytes) {}
  uint32_t size(Rng&) const override { return bytes_; }
  double mean() const override { return bytes_; }
  std::optional<uint32_t> largest() const override { return bytes_; }

 private:
  uint32_t bytes_;
};

}  // namespace

std::unique_ptr<ValueSizes> make_fixed_values(const Params& params) {
  return std::make_unique<FixedValues>(static_cast<uint32_t>(params.integer("bytes")));
}

std::vector<Field> fixed_values_fields() {
  return {{.name = "bytes",
           .type = FieldType::size,
           .fallback = "100",
           .doc = "the size of every value",
           .min = 0,
           .max = 16'000'000}};
}

}  // namespace hitbench
