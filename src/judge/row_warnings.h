// What the runs of a row warn of, for a verdict on them: each kind of warning once a side.
#pragma once

#include <string>
#include <vector>

#include "metrics/result.h"

namespace hitbench {

// "cache-aside/redis, candidate: not steady ... (in 3 of 10 slots)". `subject` is the row and its side. The same words
// with other figures are one kind; the text is that of the first run that has it.
std::vector<Doubt> row_warnings(const std::string& subject, const std::vector<const RunResult*>& runs);

}  // namespace hitbench
