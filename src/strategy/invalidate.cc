// On a write, invalidate: the origin first, then the cached entry is deleted.
//
// Promise: after an acknowledged write the next reader loads the new value. Failures it allows: a load that began
// before the write may fill the old value after the delete (stale until its TTL ends), and a writer that dies between
// the two steps leaves the old cached entry there. Use it as the standard. Source: Nishtala et al., NSDI 2013,
// section 2.
#include "strategy/parts.h"
#include "strategy/write_path.h"

namespace hitbench {
namespace {

class Invalidate final : public WritePath {
 public:
  explicit Invalidate(const Composition& with) : steps_(with) {}

  Written apply(const Change& change, Client& client) override {
    if (!steps_.commit(change, client).ok) return Written::failed;
    return acknowledged_if_told(steps_.drop(change.key, client));
  }

 private:
  const WriteSteps steps_;
};

}  // namespace

std::unique_ptr<WritePath> make_invalidate(const Params&, const Composition& with) {
  return std::make_unique<Invalidate>(with);
}

}  // namespace hitbench
