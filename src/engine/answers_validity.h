// What a row's figures are worth by what came of its operations: failed, corrupt or missed. A part of judge()
// (engine/validity.h).
#pragma once

#include "engine/validity.h"

namespace hitbench {

// Also fills result.failed_as_asked.
void judge_answers(const Evidence& evidence, RunResult& result);

}  // namespace hitbench
