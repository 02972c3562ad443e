#include "verify/audit.h"

#include "strategy/value.h"

namespace hitbench {

void AuditResult::add(const AuditResult& other) {
  stuck_keys += other.stuck_keys;
  lost_writes += other.lost_writes;
  lost_keys += other.lost_keys;
  lost_updates += other.lost_updates;
  unchecked += other.unchecked;
}

Audit::Audit(const Access& access, int pass) : access_(access), pass_(pass) {
  if (access.origin == nullptr) return;
  const auto processes = static_cast<uint64_t>(access.processes);
  const auto process = static_cast<uint64_t>(access.process);
  uint64_t number = 0;
  access.write_table.for_each_written([&](uint64_t key) {
    const bool mine = number++ % processes == process;
    if (number > kMostAudited) {
      result_.unchecked += mine && pass == 0;
    } else if (mine || access.own_cache) {
      tasks_.push_back({.key = key, .counts_losses = mine && pass == 0});
    }
  });
}

void Audit::run(Client& client, Duration timeout, const std::function<bool()>& stopped) {
  while (next_ < tasks_.size() && !stopped()) {
    const Task task = tasks_[next_++];
    client.started = client.loop.now();
    client.set_deadline(client.started + timeout);
    check(task, client);
    client.loop.yield();
  }
}

void Audit::check(const Task& task, Client& client) {
  std::string text;
  const Key key = access_.workload.key(task.key, text);
  const Loaded row = access_.origin->inspect(key, client.origin_call);
  if (row.status == Loaded::Status::failed) {
    result_.unchecked += task.counts_losses;
    return;
  }
  if (task.counts_losses) {
    const WriteTable::Losses losses = access_.write_table.losses(task.key, row.write_id);
    result_.unchecked += !losses.checked;
    result_.lost_writes += losses.writes;
    result_.lost_keys += losses.writes > 0;
    result_.lost_updates += losses.updates;
  }
  if (access_.cache != nullptr) compare(key, row, client);
}

// A cached entry of another write, or one that is there where the row is not.
void Audit::compare(Key key, const Loaded& row, Client& client) {
  const Lookup lookup = access_.cache->get(key, client.cache_call);
  Value copy;
  if (lookup.status != Lookup::Status::hit) return;
  if (decode_value(key, lookup.value, Envelope::checked, copy) == Decoded::corrupt) return;
  if (copy.expiry != Time{} && copy.expiry <= client.loop.now()) return;
  const bool says_absent = (copy.flags & kNegativeEntry) != 0;
  const bool agrees = copy.write_id == row.write_id && says_absent == (row.status == Loaded::Status::absent);
  if (!agrees && access_.write_table.mark_once(key.id, pass_)) ++result_.stuck_keys;
}

}  // namespace hitbench
