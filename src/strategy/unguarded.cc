// Guard none: every client that misses loads.
//
// Promise: nothing waits for anybody else. Failure it allows: a stampede, 1 + rate x load time loads when a popular
// cached entry expires. Use it where loads are cheap, or as the baseline that other guards are measured against.
#include "strategy/guard.h"
#include "strategy/parts.h"

namespace hitbench {
namespace {

class Unguarded final : public Guard {
 public:
  explicit Unguarded(const Composition& with) : entries_(with.entries) {}
  Answer miss(Key key, const Found&, Client& client) override { return entries_.load(key, client); }
  void reload(Key key, Time, Client& task) override { entries_.load(key, task); }

 private:
  CachedEntries& entries_;
};

}  // namespace

std::unique_ptr<Guard> make_unguarded(const Params&, const Composition& with) {
  return std::make_unique<Unguarded>(with);
}

}  // namespace hitbench
