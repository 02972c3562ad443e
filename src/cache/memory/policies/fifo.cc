// FIFO: the entry that came first goes first, however often it was used. Folklore; the baseline of all others, and what
// a cache comes to whose order of use is kept too coarsely (Memcached's flat LRU in a run of less than a minute).
#include <memory>

#include "cache/memory/node_queue.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class FifoPolicy final : public PolicyLoop<FifoPolicy> {
 public:
  explicit FifoPolicy(const PolicySetting& setting) : PolicyLoop(setting.capacity), links_(setting.nodes) {}

  void grow(Node nodes) override { links_.grow(nodes); }
  void insert(Node node, uint64_t) override { order_.push_newest(node); }
  void hit(Node) override {}
  Node victim() override { return order_.oldest(); }
  void evicted(Node node) override { order_.unlink(node); }
  void removed(Node node) override { order_.unlink(node); }
  bool holds(Node node) const override { return links_.linked(node); }

 private:
  NodeLinks links_;
  NodeQueue order_{links_};
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_fifo(const PolicySetting& setting) {
  return std::make_unique<FifoPolicy>(setting);
}

}  // namespace hitbench
