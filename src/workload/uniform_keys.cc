// uniform: every key is equally likely. The worst case of a cache: nothing is hot.
#include "workload/parts.h"

namespace hitbench {
namespace {

class UniformKeys final : public KeyDistribution {
 public:
  explicit UniformKeys(uint64_t count) : count_(count) {}
  uint64_t next(Rng& rng, uint64_t, uint64_t) const override { return rng.below(count_); }
  double probability(uint64_t key) const override { return key < count_ ? 1 / static_cast<double>(count_) : 0; }

 private:
  uint64_t count_;
};

}  // namespace

std::unique_ptr<KeyDistribution> make_uniform_keys(const Params&, uint64_t count, const Registry&) {
  return std::make_unique<UniformKeys>(count);
}

std::vector<Field> uniform_keys_fields() { return {}; }

}  // namespace hitbench
