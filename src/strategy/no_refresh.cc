// Refresh none: a cached entry lives until its TTL ends, then the next reader waits for the origin.
#include "strategy/parts.h"
#include "strategy/refresh.h"

namespace hitbench {

std::unique_ptr<Refresh> make_no_refresh(const Params&, const Ttl&) { return std::make_unique<Refresh>(); }

}  // namespace hitbench
