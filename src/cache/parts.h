// The backends' makers and their fields: for registry.cc and tests only.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/part.h"
#include "cache/cache.h"
#include "cache/memory/memory.h"

namespace hitbench {

std::unique_ptr<Backend> make_no_cache_backend(const Params& params, const BackendContext& context);

// make_memory is in cache/memory/memory.h, a template over the policies. `policies`: the choices of the field "policy".
std::vector<Field> memory_fields(const std::vector<std::string_view>& policies);

std::unique_ptr<Backend> make_redis(const Params& params, const BackendContext& context);
std::vector<Field> redis_fields();

std::unique_ptr<Backend> make_memcached(const Params& params, const BackendContext& context);
std::vector<Field> memcached_fields();

#ifdef HITBENCH_HAVE_LIBMEMCACHED
std::unique_ptr<Backend> make_libmemcached(const Params& params, const BackendContext& context);
std::vector<Field> libmemcached_fields();
#endif

}  // namespace hitbench
