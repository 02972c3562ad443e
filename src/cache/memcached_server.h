// What "memcached" and "libmemcached" share: the same server, reached by different clients.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/part.h"
#include "cache/cache.h"
#include "cache/connection_backend.h"

namespace hitbench {

// It writes nothing, so it needs no directory.
std::vector<std::string> memcached_arguments(const Params& params, const Address& address, const std::string&);
bool is_whole_memcached_stats(std::string_view text);
BackendUsage memcached_usage(std::string_view stats);
std::vector<Field> memcached_server_fields(std::string_view address_doc);

}  // namespace hitbench
