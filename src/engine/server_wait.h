// What a row's figures are worth whose server waited for a CPU: part of judge() (engine/validity.h).
#pragma once

#include "engine/validity.h"

namespace hitbench {

// Marks the percentiles that the waiting decides, warns of it, and makes the row invalid where it was long.
void judge_server(const Evidence& evidence, RunResult& result);

}  // namespace hitbench
