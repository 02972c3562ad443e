// What the line about a workload says of the caches: how much each holds, and what it evicts.
#pragma once

#include <string>
#include <vector>

#include "metrics/result.h"
#include "report/document.h"

namespace hitbench {

// "cache of 64 MiB (allkeys-lru)", "memory 10,000 entries, redis and memcached 64 MiB". Only of caches that a row has,
// and not of a user's own server, whose limits are its own. Empty where that is swept, or differs between so many
// caches that only the names of the rows tell it.
std::string cache_words(const Document& scenario, const std::vector<RunResult>& runs);

}  // namespace hitbench
