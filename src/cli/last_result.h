// The result of the last run, kept so that `hitbench report` can show more of it without a second run:
// $XDG_STATE_HOME/hitbench/last.json, or ~/.local/state/hitbench/last.json, readable by its user only.
#pragma once

#include <string>

#include "metrics/result.h"

namespace hitbench {

// False where it could not be kept (there is no home, no room, no permission), which is said on stderr.
bool keep_last_result(const Result& result);

// Throws Error{usage} where no run has been kept.
std::string last_result_path();

}  // namespace hitbench
