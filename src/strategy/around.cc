// On a write, around: the origin only; the cache learns nothing.
//
// Promise: a write costs what the origin costs, and rows that nobody reads never enter the cache. Failure it allows:
// every cached entry, a negative entry included, stays as it is until its TTL ends: stale by design, by up to a TTL.
// Use it for rows that are written often and read seldom, or never change once they are cached. Source: "write-around",
// as in the write-miss policies of Jouppi, "Cache Write Policies and Performance", ISCA 1993.
#include "strategy/parts.h"
#include "strategy/write_path.h"

namespace hitbench {
namespace {

class Around final : public WritePath {
 public:
  explicit Around(const Composition& with) : steps_(with) {}

  Written apply(const Change& change, Client& client) override {
    return steps_.commit(change, client).ok ? Written::acknowledged : Written::failed;
  }

 private:
  const WriteSteps steps_;
};

}  // namespace

std::unique_ptr<WritePath> make_around(const Params&, const Composition& with) {
  return std::make_unique<Around>(with);
}

}  // namespace hitbench
