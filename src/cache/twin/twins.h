// The makers of twins, for the makers of the servers that they stand for: in virtual time these hand over to them.
#pragma once

#include <memory>
#include <string>

#include "base/part.h"
#include "cache/cache.h"
#include "cache/twin/service_times.h"

namespace hitbench {

std::unique_ptr<Backend> make_redis_twin(const Params& params, const BackendContext& context);
std::unique_ptr<Backend> make_memcached_twin(const Params& params, const BackendContext& context);

// "rtt", which caches with a twin have: a network before it. Real time refuses it (scenario/rules.cc).
Field twin_rtt_field();

// The times of a server: of the context's calibration where that has them, else shipped; so is each operation that the
// calibration lacks.
struct TwinTimes {
  ServiceTimes times;
  std::string source;  // "measured on ..."
};
TwinTimes twin_times(const BackendContext& context, const std::string& server, const std::string& transport);

}  // namespace hitbench
