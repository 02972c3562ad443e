// zipf: the key of rank k is drawn in proportion to k^-theta; key 0 is the hottest. What most caches see: theta was
// 0.99 in YCSB (Cooper et al. 2010), and above 1 in 31 of 51 production clusters (Yang, Yue and Rashmi, OSDI 2020,
// published with the traces).
#include "workload/parts.h"
#include "workload/zipf.h"

namespace hitbench {
namespace {

class ZipfKeys final : public KeyDistribution {
 public:
  ZipfKeys(uint64_t count, double theta) : count_(count), zipf_(count, theta) {}
  uint64_t next(Rng& rng, uint64_t, uint64_t) const override { return zipf_.draw(rng) - 1; }
  double probability(uint64_t key) const override { return key < count_ ? zipf_.probability(key + 1) : 0; }

 private:
  uint64_t count_;
  Zipf zipf_;
};

}  // namespace

std::unique_ptr<KeyDistribution> make_zipf_keys(const Params& params, uint64_t count, const Registry&) {
  return std::make_unique<ZipfKeys>(count, params.real("theta"));
}

std::vector<Field> zipf_keys_fields() {
  return {{.name = "theta",
           .type = FieldType::real,
           .fallback = "0.99",
           .doc = "skew: the key of rank k is drawn in proportion to k^-theta",
           .min = 0,
           .max = 20,
           .min_excluded = true}};
}

}  // namespace hitbench
