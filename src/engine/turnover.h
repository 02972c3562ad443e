// Whether a server that evicts what was used least recently could tell old from new at the speed of the run: part of
// judge() (engine/validity.h).
#pragma once

#include "engine/validity.h"

namespace hitbench {

// Warns where the server's entries were replaced faster than its notion of recent use can follow.
void judge_turnover(const Evidence& evidence, RunResult& result);

}  // namespace hitbench
