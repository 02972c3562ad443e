// Instants of a trace as people write them.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace hitbench {

// "2026-11-30", "2026-11-30T08:00:00Z" or "2026-11-30 08:00:00+01:00": since 1970, UTC where no zone is named; or
// "90s", since the start of a trace without dates. Nothing for other text.
std::optional<Duration> parse_instant(const std::string& text);

// Throws Error{usage}: "--from: 'x' is no time".
Duration instant_of(const std::string& name, const std::string& text);

}  // namespace hitbench
