// The times of PostgreSQL's logs: "2026-12-01 00:45:02.354 EST", or seconds since 1970 (%n).
#pragma once

#include <optional>
#include <string_view>

#include "workload/trace/log_time.h"

namespace hitbench {

// The first in `prefix`, which is what log_line_prefix put before a message. An abbreviation of a zone that is not
// known counts as UTC: differences between times are right nevertheless.
std::optional<LogTime> find_postgres_time(std::string_view prefix);

}  // namespace hitbench
