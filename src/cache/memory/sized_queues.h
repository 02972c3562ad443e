// The queues of a policy that keeps several: entries and ghosts, each from the oldest to the newest, with the sum of
// their sizes. A node is in one queue at most, and all that is known of it lies in one place of 16 bytes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "cache/memory/node_list.h"
#include "cache/memory/policy.h"

namespace hitbench {

// `Queue` is an enum class of uint16_t: kNone, which is 0, then the queues, then kCount.
template <class Queue>
class SizedQueues {
 public:
  explicit SizedQueues(Node nodes) : entries_(nodes) {}
  SizedQueues(const SizedQueues&) = delete;  // the queues point to the entries
  SizedQueues& operator=(const SizedQueues&) = delete;

  void grow(Node nodes) { entries_.resize(nodes); }

  Queue queue_of(Node node) const { return entries_[node].queue; }
  uint64_t size_of(Node node) const { return entries_[node].size; }
  uint64_t size(Queue queue) const { return at(queue).size; }
  bool empty(Queue queue) const { return oldest(queue) == kNoNode; }
  Node oldest(Queue queue) const { return at(queue).order.oldest(); }

  // Free for the policy to count in; 0 at first.
  uint16_t& uses(Node node) { return entries_[node].uses; }

  // As the newest. Of a node in no queue; entries of 4 GiB and more count as 4 GiB - 1.
  void push(Node node, Queue queue, uint64_t size) {
    entries_[node].size = static_cast<uint32_t>(std::clamp<uint64_t>(size, 1, UINT32_MAX));
    link(node, queue);
  }
  // The same from whichever queue it is in.
  void move(Node node, Queue queue) {
    if (queue_of(node) == queue && at(queue).order.newest() == node) return;
    unlink(node);
    link(node, queue);
  }
  void unlink(Node node) {
    Entry& entry = entries_[node];
    List& list = at(entry.queue);
    list.order.unlink(node);
    list.size -= entry.size;
    entry.queue = Queue::kNone;
  }
  void drop_oldest(Queue queue) { unlink(oldest(queue)); }

 private:
  struct Entry {
    ListLinks<Node> links{};
    uint32_t size = 0;
    Queue queue = Queue::kNone;
    uint16_t uses = 0;
  };
  struct Nodes {
    using Node = hitbench::Node;
    static constexpr Node kNone = kNoNode;
    ListLinks<Node>& links(Node node) { return (*entries)[node].links; }
    std::vector<Entry>* entries;
  };
  struct List {
    NodeList<Nodes> order;
    uint64_t size = 0;
  };
  static constexpr size_t kCount = static_cast<size_t>(Queue::kCount);

  template <size_t... index>
  static std::array<List, kCount> lists_over(std::vector<Entry>& entries, std::index_sequence<index...>) {
    return {((void)index, List{NodeList<Nodes>(Nodes{&entries})})...};
  }

  void link(Node node, Queue queue) {
    entries_[node].queue = queue;
    at(queue).order.push_newest(node);
    at(queue).size += entries_[node].size;
  }
  List& at(Queue queue) { return lists_[static_cast<size_t>(queue)]; }
  const List& at(Queue queue) const { return lists_[static_cast<size_t>(queue)]; }

  std::vector<Entry> entries_;
  std::array<List, kCount> lists_ = lists_over(entries_, std::make_index_sequence<kCount>());
};

}  // namespace hitbench
