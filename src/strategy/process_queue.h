// Write-behind's queue in the application process: nothing in it waits or fails, and it dies with the process.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include "cache/cache.h"

namespace hitbench {

class ProcessQueue final : public Queue {
 public:
  Put put(const QueuedWrite& write, Time now, uint64_t most, Call& call) override;
  Sought find(Key key, QueuedWrite& found, Call& call) override;
  Taken take(const Taker& taker, uint64_t most, Time since, Call& call) override;
  bool settle(std::span<const QueuedWrite> done, Time now, Call& call) override;
  void leave(const Taker&, Call&) override {}

  size_t size() const { return waiting_.size(); }
  // Without copying the payload: for readers.
  const QueuedWrite* find(uint64_t key_id) const {
    const auto at = slots_.find(key_id);
    return at == slots_.end() ? nullptr : &at->second->write;
  }

 private:
  struct Slot {
    QueuedWrite write;
    Time since;
  };
  std::list<Slot> waiting_;  // the oldest first
  std::unordered_map<uint64_t, std::list<Slot>::iterator> slots_;
};

}  // namespace hitbench
