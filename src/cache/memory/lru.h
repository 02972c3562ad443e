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

    void prefetch(Node node) { order_.prefetch_neighbors(node); }
    void hit(Node node) {
      if (node == order_.newest()) return;
      order_.unlink(node);
      order_.push_newest(node);
    }
    void insert(Node node) { order_.push_newest(node); }
    Node victim() const { return order_.oldest(); }
    void removed(Node node) { order_.unlink(node); }

   private:
    NodeList<Nodes> order_;
  };
};

}  // namespace hitbench
