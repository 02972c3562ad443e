// LRU: the entry that has not been used for the longest time goes first. Folklore since paging began; its hits as a
// function of the size come from one pass over a trace (Mattson, Gecsei, Slutz and Traiger, "Evaluation techniques for
// storage hierarchies", 1970).
//
// Exact, as Python's functools.lru_cache is. What servers call LRU is often less: Redis asks a sample of entries, and
// Memcached moves an entry once a minute at most.
//
// The memory cache itself evicts by lru.h, whose links lie in its entries.
#include <memory>

#include "cache/memory/node_queue.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class LruPolicy final : public QueuePolicy<LruPolicy> {
 public:
  using QueuePolicy::QueuePolicy;

  void hit(Node node) override { order().make_newest(node); }
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_lru(const PolicySetting& setting) { return std::make_unique<LruPolicy>(setting); }

}  // namespace hitbench
