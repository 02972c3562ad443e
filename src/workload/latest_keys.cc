// latest: what is new is hot, and new keys keep coming (mix.insert): feeds, sessions. The distance from the newest key
// follows Zipf's law over as many keys as there were at the start (YCSB's workload D; Cooper et al. 2010).
#include "workload/parts.h"
#include "workload/zipf.h"

namespace hitbench {
namespace {

class LatestKeys final : public KeyDistribution {
 public:
  LatestKeys(uint64_t count, double theta) : count_(count), zipf_(count, theta) {}
  uint64_t next(Rng& rng, uint64_t, uint64_t newest) const override { return newest - zipf_.draw(rng); }
  bool from_newest() const override { return true; }
  double probability(uint64_t key) const override { return key < count_ ? zipf_.probability(count_ - key) : 0; }

 private:
  uint64_t count_;
  Zipf zipf_;
};

}  // namespace

std::unique_ptr<KeyDistribution> make_latest_keys(const Params& params, uint64_t count, const Registry&) {
  return std::make_unique<LatestKeys>(count, params.real("theta"));
}

std::vector<Field> latest_keys_fields() {
  return {{.name = "theta",
           .type = FieldType::real,
           .fallback = "0.99",
           .doc = "skew towards the newest key: the k-th newest is drawn in proportion to k^-theta",
           .min = 0,
           .max = 20,
           .min_excluded = true}};
}

}  // namespace hitbench
