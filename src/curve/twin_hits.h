// The hits of a server's twin (cache/twin/server_model.h) over one replay: by its own policy, its own account of memory
// and its own clock. So, unlike with a policy, it matters when each request comes.
#pragma once

#include <memory>

#include "curve/policy_hits.h"
#include "curve/replay.h"

namespace hitbench {

// The replay must outlive it, and so must the trace of the setting and the maker.
std::unique_ptr<PolicyHits> twin_hits(const Replay& replay, const HitsSetting& setting,
                                      const TwinMakers::mapped_type& make);

}  // namespace hitbench
