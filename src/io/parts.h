// The loops of this folder; everyone else makes them through Loop.
#pragma once

#include <memory>

#include "io/loop.h"

namespace hitbench {

std::unique_ptr<Loop> make_real_loop(Loop::Poll poll, Duration longest_sleep);
std::unique_ptr<Loop> make_virtual_loop();
Duration real_cost_of_readings(int64_t count);

}  // namespace hitbench
