// The answer of a scenario: text with {expressions} over the metrics of its rows.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "metrics/result.h"

namespace hitbench {

// Checks answers and claims against the rows that a plan will have (before running) ...
void check_answer_syntax(const std::string& answer, const std::vector<std::pair<std::string, std::string>>& claims,
                         const std::vector<std::string>& rows);
// ... and fills them in.
std::string fill_answer(const Result& result);

}  // namespace hitbench
