// On a write, update: the origin first, then the new value is set in the cache (write-through).
//
// Promise: what was just written is read from the cache, without a load. Failures it allows: two writers may reach
// the cache in the other order than the origin, and a slow fill may come after the set: stale until the TTL ends; a
// writer that dies between the two steps leaves the old cached entry. Rows that nobody reads fill the cache. Use it
// where what is written is read soon, and writers of one key seldom meet. Source: "write-through", Jouppi, ISCA 1993;
// for its races see Nishtala et al., NSDI 2013, section 3.2.1 (stale sets).
#include "strategy/parts.h"
#include "strategy/write_path.h"

namespace hitbench {
namespace {

class Update final : public WritePath {
 public:
  explicit Update(const Composition& with) : steps_(with) {}

  Written apply(const Change& change, Client& client) override {
    const Committed done = steps_.commit(change, client);
    if (!done.ok) return Written::failed;
    return acknowledged_if_told(steps_.put(change, done.row_version, client));
  }

 private:
  const WriteSteps steps_;
};

}  // namespace

std::unique_ptr<WritePath> make_update(const Params&, const Composition& with) {
  return std::make_unique<Update>(with);
}

}  // namespace hitbench
