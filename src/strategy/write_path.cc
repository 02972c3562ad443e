#include "strategy/write_path.h"

namespace hitbench {

Committed WriteSteps::commit(const Change& change, Client& client) const {
  Origin& origin = *client.origin;
  const Committed done = change.payload ? origin.store(change.key, change.write_id, *change.payload, client.origin_call)
                                        : origin.erase(change.key, change.write_id, client.origin_call);
  if (done.ok) guard_.written(change.key);
  return done;
}

// A load under way must not fill after this what it has read before it.
bool WriteSteps::drop(Key key, Client& client) const {
  guard_.written(key);
  return client.cache->erase(key, client.cache_call) != Stored::failed;
}

bool WriteSteps::put(const Change& change, uint64_t row_version, Client& client) const {
  if (!change.payload) return drop(change.key, client);
  guard_.written(change.key);
  return entries_.put(change.key, {change.write_id, *change.payload}, row_version, client) == Stored::stored;
}

}  // namespace hitbench
