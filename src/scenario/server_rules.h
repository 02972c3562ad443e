// What the "args" of a private server must not say.
#pragma once

#include "scenario/location.h"
#include "scenario/scenario.h"

namespace hitbench {

// Throws Error{usage} for arguments that take the server out of our hands: a server that detaches itself can neither be
// watched nor stopped; and for a password that we are not told.
void check_server_arguments(const Scenario& scenario, const Location& root);

// Whether the "args" of a private server set how much memory it may use, past the field "memory".
bool sets_memory(const Part& cache);

}  // namespace hitbench
