// The seam of eviction: which entry goes when there is no room. A policy keeps its order in links, of which every entry
// has one set; it sees entries only as nodes and knows neither keys nor values. So the same policy runs over the
// entries of a MemoryStore, where the links lie in the entry's block, and over numbers, where they lie in an array.
//
// A policy is a struct with two members, as in lru.h:
//   Links<Node>     what it keeps in each entry
//   Policy<Nodes>   the policy itself, over nodes whose links Nodes finds; made of nothing, or of the struct, the
//   limits
//                   and a seed
//
// lru.h is such a policy. All others are policies over numbers (policy.h) behind the one of numbered.h.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hitbench {

struct MemoryLimits {
  uint64_t entries = UINT64_MAX;
  uint64_t bytes = UINT64_MAX;  // of the store's memory(), everything included
};

// hit      the entry was read, or its value replaced in place
// insert   a new entry; its links hold nothing yet
// victim   the entry that is to go next; asked only while there are entries. removed() follows.
// removed  the entry is about to go: evicted, expired, erased, or replaced by an entry of another size
// Optional:
// prefetch has the CPU fetch what a hit() of this node, soon to come, writes to
// arriving an entry will be inserted, as soon as there is room: the hash of its key, and the bytes of its block
// evicted  in place of removed() for the victim
template <class Policy>
concept EntryEviction = requires(Policy policy, typename Policy::Node node) {
  policy.hit(node);
  policy.insert(node);
  { policy.victim() } -> std::same_as<typename Policy::Node>;
  policy.removed(node);
};

// Nodes 0 to count - 1, as the keys of a trace are.
template <class Eviction>
class DenseNodes {
 public:
  using Node = uint32_t;
  using Links = typename Eviction::template Links<Node>;
  static constexpr Node kNone = UINT32_MAX;

  explicit DenseNodes(size_t count) : links_(count) {}
  Links& links(Node node) { return links_[node]; }
  void prefetch(Node node) const {  // kNone, too
    if (node != kNone) __builtin_prefetch(&links_[node], 1);
  }

 private:
  std::vector<Links> links_;
};

}  // namespace hitbench
