// A set of curves as JSON: docs/curve.schema.json.
#pragma once

#include <string>

#include "curve/curve.h"

namespace hitbench {

// `trace`: what it is called. `version`: of hitbench.
std::string curve_json(const CurveSet& set, const std::string& trace, const std::string& version);

// "all-sizes", "simulated", "bound", "program".
std::string method_name(CurveMethod method);

}  // namespace hitbench
