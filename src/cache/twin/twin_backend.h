// A twin: a model of a cache server in virtual time, in the place of a private server of it. What it keeps and drops is
// its model's business (server_model.h), when it answers its times' (service_times.h), and what clients see of it when
// it is away that of its connections (twin_connection.h). docs/method.md, "Twins", says how it was measured.
#pragma once

#include <memory>

#include "base/part.h"
#include "cache/cache.h"
#include "cache/twin/twin_setting.h"

namespace hitbench {

// `seed`: of the times that are drawn.
std::unique_ptr<Backend> make_twin(TwinSetting setting, uint64_t seed);

// Takes "rtt" of the cache's fields, and adds it to what the twin says that it is.
void put_network(const Params& params, TwinSetting& setting);

}  // namespace hitbench
