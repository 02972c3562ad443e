// How closed forms are tested: one row in virtual time, and a figure that agrees with the form where a wrong constant's
// does not.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/engine/scenario_text.h"

namespace hitbench {

// A virtual run of one row on a memory cache that all processes share, without the cost of a call.
struct Setting {
  std::string strategy = R"("cache-aside")";
  std::string arrivals = R"({"loop": "open", "rate": 100})";
  std::string keys = R"({"distribution": "uniform", "count": 1})";
  std::string load = R"({"distribution": "fixed", "value": "1ns"})";
  std::string measure = R"({"operations": 100000})";
  std::string mix = R"({"read": 1})";
  std::string more = "";  // further members of the scenario
  std::string origin = R"(, "concurrency": 0)";
  std::string workload = "";
  std::string cache = R"({"type": "memory", "shared": true, "latency": "1ns", "entries": 1000000})";
  std::string app = R"("processes": 1, "clients": 500)";
  std::string warmup = R"({"operations": 1000})";
};

inline RunResult run(const Setting& s) {
  const Result result = run_text(
      R"({"clock": "virtual", "warmup": )" + s.warmup + R"(, "measure": )" + s.measure +
      R"(, "app": {"timeout": "100s", )" + s.app + R"(}, "workload": {"keys": )" + s.keys + R"(, "mix": )" + s.mix +
      R"(, "arrivals": )" + s.arrivals + s.workload + R"(}, "origin": {"type": "simulated", "latency": )" + s.load +
      s.origin + R"(}, "caches": [)" + s.cache + R"(], "strategies": [)" + s.strategy + "]" + s.more + "}");
  return result.runs.at(0);
}

inline std::string with_ttl(const std::string& ttl, const std::string& more = "") {
  return R"({"type": "cache-aside", "ttl": ")" + ttl + "\"" + more + "}";
}
inline std::string fixed(const std::string& value) { return R"({"distribution": "fixed", "value": ")" + value + "\"}"; }
inline std::string open(double rate) { return R"({"loop": "open", "rate": )" + std::to_string(rate) + "}"; }

// `measured` agrees with the form and `mutated`, the same figure of a run with a wrong constant, does not.
inline void expect_form(double measured, double form, double tolerance, double mutated) {
  EXPECT_NEAR(measured, form, tolerance);
  EXPECT_GT(std::fabs(mutated - form), tolerance) << "the tolerance would let a wrong constant pass";
}

inline double loads_per_expiry(const RunResult& run) { return run.origin_load.loads_per_expiry.value_or(-1); }
inline double seconds(const RunResult& run) { return static_cast<double>(run.duration_ns) / 1e9; }
inline double loads(const RunResult& run) { return static_cast<double>(*run.origin_load.loads); }

}  // namespace hitbench
