// sequential: one key after the other, round and round: a scan. An LRU cache smaller than the round never hits.
#include "workload/parts.h"

namespace hitbench {
namespace {

class SequentialKeys final : public KeyDistribution {
 public:
  explicit SequentialKeys(uint64_t count) : count_(count) {}
  uint64_t next(Rng&, uint64_t position, uint64_t) const override { return position % count_; }
  bool in_order() const override { return true; }
  double probability(uint64_t key) const override { return key < count_ ? 1 / static_cast<double>(count_) : 0; }

 private:
  uint64_t count_;
};

}  // namespace

std::unique_ptr<KeyDistribution> make_sequential_keys(const Params&, uint64_t count, const Registry&) {
  return std::make_unique<SequentialKeys>(count);
}

std::vector<Field> sequential_keys_fields() { return {}; }

}  // namespace hitbench
