// What a Redis, or one of its relatives, says of itself (redis.io/commands/info).
#pragma once

#include <string_view>

#include "cache/cache.h"

namespace hitbench {

// The text of INFO.
BackendUsage redis_usage(std::string_view info);

}  // namespace hitbench
