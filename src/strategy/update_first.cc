// On a write, update first: the new value is set in the cache, then the origin gets it.
//
// Promise: readers see the new value at the earliest possible moment. Failures it allows: all of update's, and dirty
// reads: readers see a value that the origin does not have yet, and where the origin refuses it or the writer dies,
// one that it never will have, until the TTL ends. Nothing is taken back: the set cannot be undone without the same
// races. Use it to measure that order; it is the one that textbooks draw for write-through. Source: "write-through",
// Jouppi, ISCA 1993, whose cache and memory cannot fail apart from each other.
#include "strategy/parts.h"
#include "strategy/write_path.h"

namespace hitbench {
namespace {

class UpdateFirst final : public WritePath {
 public:
  explicit UpdateFirst(const Composition& with) : steps_(with) {}

  // A cache that does not answer keeps no write from the origin: what it holds may then be stale.
  Written apply(const Change& change, Client& client) override {
    const bool told = steps_.put(change, 0, client);
    return steps_.commit(change, client).ok ? acknowledged_if_told(told) : Written::failed;
  }

 private:
  const WriteSteps steps_;
};

}  // namespace

std::unique_ptr<WritePath> make_update_first(const Params&, const Composition& with) {
  return std::make_unique<UpdateFirst>(with);
}

}  // namespace hitbench
