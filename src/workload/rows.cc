// The data set of a scenario, computed instead of stored: what every process, every origin and every check agree on.
#include <algorithm>
#include <cstring>

#include "registry.h"
#include "workload/key_text.h"
#include "workload/workload.h"

namespace hitbench {
namespace {

// Drawn apart from everything else.
constexpr uint64_t kSizeStream = 0x53495a45;     // "SIZE"
constexpr uint64_t kPreloadStream = 0x4c4f4144;  // "LOAD"

class ComputedRows final : public Rows {
 public:
  ComputedRows(const WorkloadSpec& spec, uint64_t seed, uint32_t envelope_bytes, std::unique_ptr<KeyDistribution> keys,
               std::unique_ptr<ValueSizes> sizes)
      : seed_(seed),
        envelope_bytes_(envelope_bytes),
        keys_(std::move(keys)),
        text_(spec, *keys_),
        sizes_(std::move(sizes)),
        count_(keys_->own_keys() > 0 ? keys_->own_keys() : spec.key_count),
        capacity_(count_ + (spec.mix.insert > 0 ? kInsertable : 0)) {}

  uint64_t count() const override { return count_; }
  uint64_t capacity() const override { return capacity_; }
  void text(uint64_t id, std::string& out) const override { text_.write(id, out); }

  void payload(uint64_t id, uint64_t write_id, std::string& out) const override {
    out.resize(payload_size(id));
    // The counter mode of splitmix64: words do not wait for each other.
    uint64_t state = mix64(mix64(mix64(seed_) ^ id) ^ write_id);
    char* at = out.data();
    size_t left = out.size();
    for (; left >= 8; at += 8, left -= 8) put(at, 8, state++);
    put(at, left, state);
  }

 private:
  static void put(char* at, size_t bytes, uint64_t state) {
    const uint64_t word = mix64(state * 0x9e3779b97f4a7c15);
    std::memcpy(at, &word, bytes);
  }

  size_t payload_size(uint64_t id) const {
    Rng rng(seed_, kSizeStream, id);
    const std::optional<uint32_t> own = id < count_ ? keys_->own_value_bytes(id) : std::nullopt;
    const uint32_t whole = own ? *own : sizes_->size(rng);
    return whole - std::min(whole, envelope_bytes_);
  }

  const uint64_t seed_;
  const uint32_t envelope_bytes_;
  const std::unique_ptr<KeyDistribution> keys_;
  const KeyText text_;
  const std::unique_ptr<ValueSizes> sizes_;
  const uint64_t count_;
  const uint64_t capacity_;
};

}  // namespace

bool is_preloaded(uint64_t seed, uint64_t key, double share) {
  return Rng(seed, kPreloadStream, key).uniform() < share;
}

std::shared_ptr<const Rows> make_rows(const WorkloadSpec& spec, uint64_t seed, uint32_t envelope_bytes,
                                      const Registry& registry) {
  return std::make_shared<ComputedRows>(spec, seed, envelope_bytes, make_keys(spec.keys, spec.key_count, registry),
                                        row_named(registry.values, spec.values.type).make(spec.values.params));
}

}  // namespace hitbench
