// The machine's limit for hits in an in-process cache: a bare loop with the work that cannot be left out. It draws from
// the same zipf distribution, formats the key, looks it up in a strict LRU with a hash index, and verifies the value's
// checksum. No fibers, no clock, no recorder, no strategy.
//
//   memory_limit [OPERATIONS] [KEYS]      (the cache holds all keys)
//
// Prints ns of CPU time per operation.

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/crc32c.h"
#include "base/rng.h"
#include "cpu_time.h"
#include "registry.h"
#include "scenario/scenario.h"
#include "strategy/value.h"
#include "workload/workload.h"

namespace {

using namespace hitbench;

constexpr size_t kKeyBytes = 16;
constexpr size_t kValueBytes = 100;

// A strict LRU of fixed capacity: nodes in one array, linked by number, found through an open-addressed table.
class Lru {
 public:
  explicit Lru(uint32_t capacity) : nodes_(capacity + 1), table_(table_size(capacity), kNone) {}

  const std::array<char, kValueBytes>* get(std::string_view key) {
    const size_t slot = find(key);
    if (table_[slot] == kNone) return nullptr;
    move_to_front(table_[slot]);
    return &nodes_[table_[slot]].value;
  }

  // Only for keys that are not there, and while there is room: the limit is about hits.
  void add(std::string_view key, std::string_view value) {
    CHECK(++used_ < nodes_.size() && key.size() == kKeyBytes && value.size() == kValueBytes);
    Node& node = nodes_[used_];
    key.copy(node.key.data(), key.size());
    value.copy(node.value.data(), value.size());
    table_[find(key)] = used_;
    link_front(used_);
  }

 private:
  static constexpr uint32_t kNone = 0;  // node 0 is the ring's head

  struct Node {
    uint32_t newer = 0, older = 0;
    std::array<char, kKeyBytes> key{};
    std::array<char, kValueBytes> value{};
  };

  static size_t table_size(uint32_t capacity) {
    size_t size = 1;
    while (size < size_t{capacity} * 2) size *= 2;
    return size;
  }

  size_t find(std::string_view key) const {
    const size_t mask = table_.size() - 1;
    size_t slot = hash_bytes(key) & mask;
    while (table_[slot] != kNone && std::string_view(nodes_[table_[slot]].key.data(), kKeyBytes) != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  void link_front(uint32_t node) {
    nodes_[node].newer = 0;
    nodes_[node].older = nodes_[0].older;
    nodes_[nodes_[0].older].newer = node;
    nodes_[0].older = node;
  }

  void move_to_front(uint32_t node) {
    nodes_[nodes_[node].newer].older = nodes_[node].older;
    nodes_[nodes_[node].older].newer = nodes_[node].newer;
    link_front(node);
  }

  std::vector<Node> nodes_;
  std::vector<uint32_t> table_;
  uint32_t used_ = 0;
};

std::unique_ptr<Workload> workload_of(uint64_t keys) {
  const std::string scenario = R"({"workload": {"keys": {"distribution": "zipf", "theta": 0.99, "count": )" +
                               std::to_string(keys) + R"(}, "key_bytes": 16, "value_bytes": 100},
                                   "caches": ["memory"], "strategies": ["direct"]})";
  const Scenario read = read_scenario(scenario, "memory_limit", {}, registry()).front();
  return make_workload(read.workload, 0, 1, registry());
}

void fill(Lru& lru, const Workload& workload) {
  const std::string payload(kValueBytes - kEnvelopeBytes, 'x');
  std::string text;
  std::string encoded;
  for (uint64_t id = 0; id < workload.key_count(); ++id) {
    const Key key = workload.key(id, text);
    encode_value(key, {.payload = payload}, Envelope::checked, encoded);
    lru.add(key.text, encoded);
  }
}

void run(Lru& lru, Workload& workload, uint64_t operations) {
  Rng rng(1);
  std::string text;
  Value value;
  for (uint64_t i = 0; i < operations; ++i) {
    const Key key = workload.key(workload.next(rng, i).key, text);
    const std::array<char, kValueBytes>* found = lru.get(key.text);
    CHECK(found != nullptr);
    CHECK(decode_value(key, {found->data(), found->size()}, Envelope::checked, value) == Decoded::ok);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t operations = argc > 1 ? std::stoull(argv[1]) : 10'000'000;
  const uint64_t keys = argc > 2 ? std::stoull(argv[2]) : 100'000;
  const std::unique_ptr<Workload> workload = workload_of(keys);
  Lru lru(static_cast<uint32_t>(keys));
  fill(lru, *workload);
  run(lru, *workload, operations / 10);  // warms the CPU's caches
  const double start = cpu_ns();
  run(lru, *workload, operations);
  std::printf("ns_per_op %.2f\n", (cpu_ns() - start) / static_cast<double>(operations));
}
