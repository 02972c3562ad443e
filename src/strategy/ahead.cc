// Refresh ahead: a hit with less than a share of its TTL left starts one load in the background.
//
// Promise: a key that is read within the last part of every TTL never makes a reader wait. Failure it allows: a key
// that is not read then expires as ever, and the origin sees loads of cached entries that nobody reads again. Each
// process starts a load of its own, unless the guard is a lock. Use it for keys that are read more often than once in
// that part. Source: Caffeine's refreshAfterWrite, FusionCache's eager refresh.
#include "strategy/parts.h"
#include "strategy/refresh.h"

namespace hitbench {
namespace {

class Ahead final : public Refresh {
 public:
  // Without a TTL there is nothing to be ahead of.
  Ahead(double share, Duration ttl)
      : lead_(ttl == kForever ? Duration{0}
                              : Duration(static_cast<int64_t>(share * static_cast<double>(ttl.count())))) {}

  bool wants(const Value& fresh, const Client& client) const override {
    return fresh.expiry != Time{} && fresh.expiry - client.started < lead_;
  }

 private:
  const Duration lead_;
};

}  // namespace

std::unique_ptr<Refresh> make_ahead(const Params& params, Duration ttl) {
  return std::make_unique<Ahead>(params.real("ahead"), ttl);
}

std::vector<Field> ahead_fields() {
  return {{.name = "ahead",
           .type = FieldType::real,
           .fallback = "0.2",
           .doc = "the last share of the TTL, in which a hit starts a load",
           .min = 0,
           .max = 1,
           .min_excluded = true}};
}

}  // namespace hitbench
