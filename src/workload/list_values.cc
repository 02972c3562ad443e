// list: a few sizes with weights, the value of each key being of one of them: `{ "100": 90, "2000": 10 }` makes nine
// tenths of the keys small. What memtier_benchmark calls --data-size-list.
#include <algorithm>

#include "workload/parts.h"

namespace hitbench {
namespace {

class ListValues final : public ValueSizes {
 public:
  explicit ListValues(const std::vector<WeightedSize>& sizes) {
    double total = 0, sum = 0;
    for (const WeightedSize& size : sizes) total += size.weight;
    for (const auto& [bytes, weight] : sizes) {
      choices_.push_back({.bytes = static_cast<uint32_t>(bytes), .below = (sum += weight) / total});
      mean_ += static_cast<double>(bytes) * weight / total;
    }
    choices_.back().below = 2;  // quotients that do not quite reach 1 must leave no gap
  }

  uint32_t size(Rng& rng) const override {
    const double uniform = rng.uniform();
    return std::find_if(choices_.begin(), choices_.end(), [&](const Choice& c) { return uniform < c.below; })->bytes;
  }

  double mean() const override { return mean_; }
  std::optional<uint32_t> largest() const override {
    const auto less = [](const Choice& a, const Choice& b) { return a.bytes < b.bytes; };
    return std::max_element(choices_.begin(), choices_.end(), less)->bytes;
  }

 private:
  struct Choice {
    uint32_t bytes = 0;
    double below = 0;  // the shares up to this one, added up
  };
  std::vector<Choice> choices_;
  double mean_ = 0;
};

}  // namespace

std::unique_ptr<ValueSizes> make_list_values(const Params& params) {
  return std::make_unique<ListValues>(params.sizes("sizes"));
}

std::vector<Field> list_values_fields() {
  return {{.name = "sizes",
           .type = FieldType::sizes,
           .fallback = "",
           .doc = R"(sizes and their weights: { "100": 90, "2KiB": 10 })",
           .min = 0,
           .max = 16'000'000}};
}

}  // namespace hitbench
