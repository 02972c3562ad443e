// The backends' makers and their fields: for registry.cc and tests only.
#pragma once

#include <memory>
#include <vector>

#include "base/part.h"
#include "cache/cache.h"

namespace hitbench {

std::unique_ptr<Backend> make_no_cache_backend(const Params& params, const BackendContext& context);

std::unique_ptr<Backend> make_memory(const Params& params, const BackendContext& context);
std::vector<Field> memory_fields();

std::unique_ptr<Backend> make_redis(const Params& params, const BackendContext& context);
std::vector<Field> redis_fields();

std::unique_ptr<Backend> make_memcached(const Params& params, const BackendContext& context);
std::vector<Field> memcached_fields();

#ifdef HITBENCH_HAVE_LIBMEMCACHED
std::unique_ptr<Backend> make_libmemcached(const Params& params, const BackendContext& context);
std::vector<Field> libmemcached_fields();
#endif

}  // namespace hitbench
