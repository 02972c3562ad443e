// CLOCK, or second chance: FIFO that spares what was used since its last turn. When the oldest entry has its bit set,
// it loses the bit and becomes the newest; the first without goes. Corbato, "A paging experiment with the Multics
// system", 1968.
//
// One bit, clear when the entry comes, set by a hit. PostgreSQL counts to five in its place; some libraries set the bit
// on insertion. The circle with a hand of the paper is this queue: the oldest entry is the one under the hand, and a
// new one comes in just behind it.
#include <memory>

#include "cache/memory/node_queue.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class ClockPolicy final : public MarkedQueuePolicy<ClockPolicy> {
 public:
  using MarkedQueuePolicy::MarkedQueuePolicy;

  Node victim() override {
    while (clear(order().oldest())) order().make_newest(order().oldest());
    return order().oldest();
  }
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_clock(const PolicySetting& setting) {
  return std::make_unique<ClockPolicy>(setting);
}

}  // namespace hitbench
