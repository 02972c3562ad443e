#include "strategy/strategy.h"

namespace hitbench {

void Strategy::read_many(std::span<const Key> keys, std::span<Answer> answers, Client& client) {
  for (size_t i = 0; i < keys.size(); ++i) answers[i] = read(keys[i], client);
}

bool Strategy::preload(Key key, NewValue, Client& client) { return read(key, client).outcome != Outcome::failed; }

Answer answer_of(const Loaded& loaded, Duration took) {
  if (loaded.status == Loaded::Status::failed) return {.injected = loaded.injected, .load = took};
  return {.outcome = Outcome::miss,
          .found = loaded.status == Loaded::Status::found,
          .write_id = loaded.write_id,
          .row_version = loaded.row_version,
          .load = took};
}

}  // namespace hitbench
