#include "strategy/strategy.h"

namespace hitbench {

bool Strategy::preload(Key key, NewValue, Client& client) { return read(key, client).outcome != Outcome::failed; }

Answer answer_of(const Loaded& loaded, Duration took) {
  if (loaded.status == Loaded::Status::failed) return {.load = took};
  return {.outcome = Outcome::miss,
          .found = loaded.status == Loaded::Status::found,
          .write_id = loaded.write_id,
          .load = took};
}

}  // namespace hitbench
