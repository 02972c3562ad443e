// The loops of this folder; everyone else makes them through Loop.
#pragma once

#include <memory>

#include "io/loop.h"
#include "io/virtual_loop.h"

namespace hitbench {

std::unique_ptr<Loop> make_real_loop(Loop::Poll poll, Duration longest_sleep);
Duration real_cost_of_readings(int64_t count);

}  // namespace hitbench
