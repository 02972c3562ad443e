// The options of `hitbench curve` besides those of the trace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "curve/curve.h"

namespace CLI {
class App;
}

namespace hitbench {

// As typed.
struct CurveOptions {
  std::vector<std::string> policies, sizes;
  std::string ttl, rate;
  std::optional<int> points;
  std::optional<int64_t> sample_keys;
  bool no_exec = false;
};

void add_curve_options(CLI::App& command, CurveOptions& options);

// Throws Error{usage} for words that are none of what is expected.
CurveSpec curve_spec(const CurveOptions& options);

}  // namespace hitbench
