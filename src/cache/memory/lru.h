// Strict LRU: the entry that has not been used for the longest time goes first.
#pragma once

#include <utility>

#include "cache/memory/node_list.h"

namespace hitbench {

struct Lru {
  template <class Node>
  using Links = ListLinks<Node>;

  template <class Nodes>
  class Policy {
   public:
    using Node = typename Nodes::Node;

    explicit Policy(Nodes nodes = {}) : order_(std::move(nodes)) {}

    // The entry becomes the newest before the next call that depends on the order: moving it writes to its neighbors,
    // which lie anywhere in memory and have until then to come into the CPU's caches.
    void hit(Node node) {
      order_.prefetch_neighbors(node);
      settle();
      used_ = node;
    }
    void insert(Node node) {
      settle();
      order_.push_newest(node);
    }
    Node victim() {
      settle();
      return order_.oldest();
    }
    void removed(Node node) {
      if (used_ == node) used_ = Nodes::kNone;
      order_.unlink(node);
    }

   private:
    void settle() {
      const Node node = std::exchange(used_, Nodes::kNone);
      if (node == Nodes::kNone || node == order_.newest()) return;
      order_.unlink(node);
      order_.push_newest(node);
    }

    NodeList<Nodes> order_;
    Node used_ = Nodes::kNone;  // hit by the last call, not yet the newest
  };
};

}  // namespace hitbench
