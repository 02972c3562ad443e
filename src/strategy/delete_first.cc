// On a write, delete first: the cached entry is deleted, then the origin gets the new value.
//
// Promise: none that invalidate does not keep better; it is here to be measured. Failure it allows: whoever reads
// between the two steps loads the old value and fills it again, where it stays until its TTL ends. The same happens,
// unseen, where an application deletes inside the transaction, before COMMIT. A guard makes it worse, for then no
// second load overwrites the stale one. Source: Ghandeharizadeh, Yap and Nguyen, "Strong Consistency in Cache Augmented
// SQL Systems", Middleware 2014, on deletes inside a transaction under snapshot isolation.
#include "strategy/parts.h"
#include "strategy/write_path.h"

namespace hitbench {
namespace {

class DeleteFirst final : public WritePath {
 public:
  explicit DeleteFirst(const Composition& with) : steps_(with) {}

  // A cache that does not answer keeps no write from the origin: what it holds may then be stale.
  Written apply(const Change& change, Client& client) override {
    const bool told = steps_.drop(change.key, client);
    return steps_.commit(change, client).ok ? acknowledged_if_told(told) : Written::failed;
  }

 private:
  const WriteSteps steps_;
};

}  // namespace

std::unique_ptr<WritePath> make_delete_first(const Params&, const Composition& with) {
  return std::make_unique<DeleteFirst>(with);
}

}  // namespace hitbench
