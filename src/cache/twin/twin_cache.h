// A process's access to a twin's server: the calls of cache/connection_cache.h, over connections in virtual time.
#pragma once

#include <memory>

#include "cache/cache.h"
#include "cache/twin/twin_server.h"

namespace hitbench {

std::unique_ptr<Cache> connect_twin_cache(Loop& loop, std::shared_ptr<TwinServer> server,
                                          const ConnectOptions& options);

}  // namespace hitbench
