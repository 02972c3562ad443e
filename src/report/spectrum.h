// The distributions of a result, one after the other: what the formats that hold nothing else go over.
#pragma once

#include <functional>
#include <string>

#include "report/report.h"

namespace hitbench {

// Calls each(name, percentiles, run) for the responses, the service times, gen_late and the failures of every kind of
// operation of every selected run that has any. `name` has no blanks and no commas: "cache-aside/redis/read.response".
void each_distribution(const Result& result, const ReportStyle& style,
                       const std::function<void(const std::string&, const Percentiles&, const RunResult&)>& each);

// A line of comment for the distributions of an invalid run; empty for a valid one.
std::string invalid_line(const RunResult& run);

}  // namespace hitbench
