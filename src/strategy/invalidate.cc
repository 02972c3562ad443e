// On a write, invalidate: the origin first, then the cached copy is deleted.
//
// Promise: after an acknowledged write the next reader loads the new value. Failures it allows: a load that began
// before the write may fill the old value after the delete (stale until its TTL ends), and a writer that dies between
// the two steps leaves the old copy there. Use it as the standard. Source: Nishtala et al., NSDI 2013, section 2.
#include "strategy/parts.h"
#include "strategy/write_path.h"

namespace hitbench {
namespace {

class Invalidate final : public WritePath {
 public:
  explicit Invalidate(const Composition& with) : guard_(*with.guard) {}

  Written write(Key key, NewValue value, Client& client) override {
    if (!client.origin->store(key, value.write_id, value.payload, client.origin_call).ok) return Written::failed;
    return drop(key, client);
  }

  Written erase(Key key, uint64_t write_id, Client& client) override {
    if (!client.origin->erase(key, write_id, client.origin_call).ok) return Written::failed;
    return drop(key, client);
  }

 private:
  Written drop(Key key, Client& client) {
    guard_.written(key);
    const bool told = client.cache->erase(key, client.cache_call) != Stored::failed;
    return told ? Written::acknowledged : Written::cache_failed;
  }

  Guard& guard_;
};

}  // namespace

std::unique_ptr<WritePath> make_invalidate(const Params&, const Composition& with) {
  return std::make_unique<Invalidate>(with);
}

}  // namespace hitbench
