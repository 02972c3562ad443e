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
  Ahead(double share, const Ttl& ttl) : share_(share), ttl_(ttl), usual_lead_(lead(ttl.usual())) {}

  bool wants(Key key, const Value& fresh, const Client& client) const override {
    if (fresh.expiry == Time{}) return false;
    return fresh.expiry - client.started < (ttl_.differs_by_key() ? lead(ttl_.of(key)) : usual_lead_);
  }

 private:
  // Without a TTL there is nothing to be ahead of.
  Duration lead(Duration ttl) const {
    if (ttl == kForever) return Duration{0};
    return Duration(static_cast<int64_t>(share_ * static_cast<double>(ttl.count())));
  }

  const double share_;
  const Ttl ttl_;
  const Duration usual_lead_;
};

}  // namespace

std::unique_ptr<Refresh> make_ahead(const Params& params, const Ttl& ttl) {
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
