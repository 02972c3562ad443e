// Queues of nodes that are numbers, from the oldest to the newest. The queues of one policy share their links, for a
// node is in one of them at most.
#pragma once

#include <vector>

#include "cache/memory/node_list.h"
#include "cache/memory/policy.h"

namespace hitbench {

// A node in no queue is linked to itself, which none in a queue is.
class NodeLinks {
 public:
  explicit NodeLinks(Node nodes) { grow(nodes); }
  NodeLinks(const NodeLinks&) = delete;  // the queues point to it
  NodeLinks& operator=(const NodeLinks&) = delete;

  void grow(Node nodes) {
    links_.reserve(nodes);
    for (auto node = static_cast<Node>(links_.size()); node < nodes; ++node) links_.push_back({node, node});
  }
  bool linked(Node node) const { return links_[node].newer != node; }

 private:
  friend class NodeQueue;
  std::vector<ListLinks<Node>> links_;
};

class NodeQueue {
 public:
  explicit NodeQueue(NodeLinks& links) : links_(&links.links_), list_({&links.links_}) {}

  bool empty() const { return list_.oldest() == kNoNode; }
  Node newest() const { return list_.newest(); }
  Node oldest() const { return list_.oldest(); }
  Node newer_than(Node node) const { return (*links_)[node].newer; }  // kNoNode of the newest

  void push_newest(Node node) { list_.push_newest(node); }
  void unlink(Node node) {
    list_.unlink(node);
    (*links_)[node] = {node, node};
  }
  void make_newest(Node node) {
    if (node == newest()) return;
    list_.unlink(node);
    list_.push_newest(node);
  }

 private:
  using Links = std::vector<ListLinks<Node>>;
  struct Nodes {
    using Node = hitbench::Node;
    static constexpr Node kNone = kNoNode;
    ListLinks<Node>& links(Node node) { return (*shared)[node]; }
    Links* shared;
  };

  Links* links_;
  NodeList<Nodes> list_;
};

}  // namespace hitbench
