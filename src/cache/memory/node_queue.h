// Queues of nodes that are numbers, from the oldest to the newest. The queues of one policy share their links, for a
// node is in one of them at most.
#pragma once

#include <cstdint>
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

// What the policies have in common that keep all entries in one queue.
template <class Policy>
class QueuePolicy : public PolicyLoop<Policy> {
 public:
  explicit QueuePolicy(const PolicySetting& setting) : PolicyLoop<Policy>(setting.capacity), links_(setting.nodes) {}

  void grow(Node nodes) override { links_.grow(nodes); }
  void insert(Node node, uint64_t) override { order_.push_newest(node); }
  Node victim() override { return order_.oldest(); }
  void evicted(Node node) override { order_.unlink(node); }
  void removed(Node node) override { order_.unlink(node); }
  bool holds(Node node) const override { return links_.linked(node); }

 protected:
  NodeQueue& order() { return order_; }

 private:
  NodeLinks links_;
  NodeQueue order_{links_};
};

// The same with a bit for each entry, clear when it comes and set by a hit.
template <class Policy>
class MarkedQueuePolicy : public QueuePolicy<Policy> {
 public:
  explicit MarkedQueuePolicy(const PolicySetting& setting) : QueuePolicy<Policy>(setting), used_(setting.nodes) {}

  void grow(Node nodes) override {
    QueuePolicy<Policy>::grow(nodes);
    used_.resize(nodes);
  }
  void insert(Node node, uint64_t size) override {
    used_[node] = 0;
    QueuePolicy<Policy>::insert(node, size);
  }
  void hit(Node node) override { used_[node] = 1; }

 protected:
  // Whether it was set; it is clear now.
  bool clear(Node node) {
    const bool was_used = used_[node] != 0;
    used_[node] = 0;
    return was_used;
  }

 private:
  std::vector<uint8_t> used_;
};

}  // namespace hitbench
