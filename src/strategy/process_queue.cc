#include "strategy/process_queue.h"

namespace hitbench {

Queue::Put ProcessQueue::put(const QueuedWrite& write, Time now, uint64_t most, Call&) {
  if (const auto at = slots_.find(write.key_id); at != slots_.end()) {
    at->second->write = write;
    return Put::coalesced;
  }
  if (waiting_.size() >= most) return Put::full;
  slots_[write.key_id] = waiting_.insert(waiting_.end(), {write, now});
  return Put::queued;
}

Queue::Sought ProcessQueue::find(Key key, QueuedWrite& found, Call&) {
  const QueuedWrite* const write = find(key.id);
  if (write == nullptr) return Sought::nothing;
  found = *write;
  return Sought::found;
}

Queue::Taken ProcessQueue::take(const Taker&, uint64_t most, Time since, Call&) {
  Taken taken{.status = Taken::Status::yours, .waiting = waiting_.size()};
  if (waiting_.empty()) return taken;
  taken.oldest = waiting_.front().since;
  if (waiting_.size() < most && taken.oldest > since) return taken;
  for (const Slot& slot : waiting_) {
    if (taken.writes.size() == most) break;
    taken.writes.push_back(slot.write);
  }
  return taken;
}

bool ProcessQueue::settle(std::span<const QueuedWrite> done, Time now, Call&) {
  for (const QueuedWrite& write : done) {
    const auto at = slots_.find(write.key_id);
    if (at == slots_.end()) continue;
    const std::list<Slot>::iterator slot = at->second;
    if (slot->write.write_id == write.write_id) {
      waiting_.erase(slot);
      slots_.erase(at);
    } else {
      slot->since = now;
      waiting_.splice(waiting_.end(), waiting_, slot);
    }
  }
  return true;
}

}  // namespace hitbench
