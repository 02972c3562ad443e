// Refresh stale_while: for a while after its TTL a cached entry is still served, and the first reader starts one load
// in the background (stale-while-revalidate).
//
// Promise: nobody waits for the origin unless a cached entry was not read for the whole window. Failure it allows:
// values as old as TTL and window together, counted as stale hits; a dead origin is hidden for as long. Each process
// starts a load of its own, unless the guard is a lock. Use it where old is better than slow. Source: RFC 5861,
// section 3.
#include "strategy/parts.h"
#include "strategy/refresh.h"

namespace hitbench {
namespace {

class StaleWhile final : public Refresh {
 public:
  explicit StaleWhile(Duration window) : window_(window) {}

  Duration stale_window() const override { return window_; }
  bool serves(const Value& expired, const Client& client) const override {
    return client.started - expired.expiry < window_;
  }

 private:
  const Duration window_;
};

}  // namespace

std::unique_ptr<Refresh> make_stale_while(const Params& params, const Ttl&) {
  return std::make_unique<StaleWhile>(params.duration("stale_while"));
}

std::vector<Field> stale_while_fields() {
  return {{.name = "stale_while",
           .type = FieldType::duration,
           .fallback = "\"30s\"",
           .doc = "how long after its TTL a cached entry is still served",
           .min = 0,
           .min_excluded = true}};
}

}  // namespace hitbench
