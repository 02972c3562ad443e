// Virtual time that a Ctrl-C ends.
#pragma once

#include <atomic>
#include <memory>

#include "io/loop.h"

namespace hitbench {

// Once `stop` is true, a run that does not end by itself within a second of real time throws Error{environment}. Null:
// never.
std::unique_ptr<Loop> make_virtual_loop(const std::atomic<bool>* stop);

}  // namespace hitbench
