// hotspot: a few keys take most of the operations, evenly; the others share the rest. A front page, a flash sale.
#include <algorithm>

#include "base/error.h"
#include "workload/parts.h"

namespace hitbench {
namespace {

class HotspotKeys final : public KeyDistribution {
 public:
  HotspotKeys(uint64_t count, uint64_t hot_keys, double hot_share)
      : count_(count), hot_keys_(hot_keys), hot_share_(hot_keys == count ? 1 : hot_share) {}

  uint64_t next(Rng& rng, uint64_t, uint64_t) const override {
    if (rng.uniform() < hot_share_) return rng.below(hot_keys_);
    return hot_keys_ + rng.below(count_ - hot_keys_);
  }

  double probability(uint64_t key) const override {
    if (key >= count_) return 0;
    if (key < hot_keys_) return hot_share_ / static_cast<double>(hot_keys_);
    return (1 - hot_share_) / static_cast<double>(count_ - hot_keys_);
  }

 private:
  uint64_t count_;
  uint64_t hot_keys_;
  double hot_share_;
};

}  // namespace

std::unique_ptr<KeyDistribution> make_hotspot_keys(const Params& params, uint64_t count, const Registry&) {
  uint64_t hot_keys = std::max<uint64_t>(1, count / 100);
  if (params.has("hot_keys")) hot_keys = static_cast<uint64_t>(params.integer("hot_keys"));
  if (hot_keys > count) {
    throw usage_error("workload.keys.hot_keys: " + std::to_string(hot_keys) + " hot keys of " + std::to_string(count),
                      "use at most workload.keys.count");
  }
  return std::make_unique<HotspotKeys>(count, hot_keys, params.real("hot_share"));
}

std::vector<Field> hotspot_keys_fields() {
  return {{.name = "hot_keys",
           .type = FieldType::integer,
           .fallback = "null",
           .doc = "how many keys are hot; null: one in a hundred",
           .min = 1},
          {.name = "hot_share",
           .type = FieldType::real,
           .fallback = "0.9",
           .doc = "the share of operations that go to them",
           .min = 0,
           .max = 1}};
}

}  // namespace hitbench
