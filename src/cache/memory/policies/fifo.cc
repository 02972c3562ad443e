// FIFO: the entry that came first goes first, however often it was used. Folklore; the baseline of all others, and what
// a cache comes to whose order of use is kept too coarsely (Memcached's flat LRU in a run of less than a minute).
#include <memory>

#include "cache/memory/node_queue.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class FifoPolicy final : public QueuePolicy<FifoPolicy> {
 public:
  using QueuePolicy::QueuePolicy;

  void hit(Node) override {}
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_fifo(const PolicySetting& setting) {
  return std::make_unique<FifoPolicy>(setting);
}

}  // namespace hitbench
