// About how long a scenario takes in virtual time: a short part of it is simulated, and timed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "scenario/scenario.h"

namespace hitbench {

struct Registry;

// `all` are its points, `read` has them with these changes ("measure.operations=100"). Nothing where a part of it says
// nothing about the whole: its warm-up has an end that is yet to be found, or its faults have their times.
std::optional<Duration> pilot_time(
    const std::vector<Scenario>& all,
    const std::function<std::vector<Scenario>(const std::vector<std::string>& changes)>& read,
    const Registry& registry);

}  // namespace hitbench
