#include "workload/trace/instant.h"

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "workload/trace/log_time.h"

namespace hitbench {

TraceInstant instant_of(const std::string& name, const std::string& text) {
  if (const std::optional<Duration> since_start = parse_duration(text)) return {*since_start, true};
  if (const std::optional<Duration> date = parse_log_date(text)) return {*date};
  if (const std::optional<LogTime> time = parse_log_time(text)) return {time->since_1970};
  throw usage_error(name + ": " + shell_quoted(text) + " is no time",
                    "write 2026-11-30, 2026-11-30T08:00:00Z, or 90s since the trace's first request");
}

}  // namespace hitbench
