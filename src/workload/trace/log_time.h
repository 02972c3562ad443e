// Times as logs spell them. Neither the machine's locale nor its time zone matters: a text without an offset is UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace hitbench {

struct LogTime {
  Duration since_1970{};
  bool has_fraction = false;  // of a second, as spelled: "12.000" has one
};

// "10/Oct/2000:13:55:36 -0700", "2000-10-10T13:55:36.123+02:00", "2000-10-10 13:55:36", or a number since 1970:
// seconds, and from 1e11, 1e14 and 1e17 on milliseconds, microseconds and nanoseconds. Years 1970 to 2261.
std::optional<LogTime> parse_log_time(std::string_view text);

// "2000-10-10", "2000/10/10", "10/Oct/2000", as the midnight (UTC) that it starts with.
std::optional<Duration> parse_log_date(std::string_view text);

// "13:55:36.123", since midnight.
std::optional<LogTime> parse_log_clock(std::string_view text);

// "0.123" or "1.2e-3" of such units. Nothing for what is negative or does not fit.
std::optional<Duration> parse_log_number(std::string_view text, Duration unit);

}  // namespace hitbench
