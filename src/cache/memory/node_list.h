// A doubly linked list of nodes from the oldest to the newest: the order that most policies keep.
#pragma once

#include <utility>

namespace hitbench {

template <class Node>
struct ListLinks {
  Node newer, older;
};

template <class Nodes>
class NodeList {
 public:
  using Node = typename Nodes::Node;

  explicit NodeList(Nodes nodes) : nodes_(std::move(nodes)) {}

  Node newest() const { return newest_; }
  Node oldest() const { return oldest_; }

  void push_newest(Node node) {
    nodes_.links(node) = {.newer = Nodes::kNone, .older = newest_};
    (newest_ == Nodes::kNone ? oldest_ : nodes_.links(newest_).newer) = node;
    newest_ = node;
  }
  void unlink(Node node) {
    const ListLinks<Node> at = nodes_.links(node);
    (at.newer == Nodes::kNone ? newest_ : nodes_.links(at.newer).older) = at.older;
    (at.older == Nodes::kNone ? oldest_ : nodes_.links(at.older).newer) = at.newer;
  }

  // Has the CPU fetch what unlink() writes to.
  void prefetch_neighbors(Node node) {
    const ListLinks<Node>& at = nodes_.links(node);
    nodes_.prefetch(at.newer);
    nodes_.prefetch(at.older);
  }

 private:
  [[no_unique_address]] Nodes nodes_;
  Node newest_ = Nodes::kNone, oldest_ = Nodes::kNone;
};

}  // namespace hitbench
