// Slots of a machine that does not exist: what a test wants of them, without a process or a clock.
#pragma once

#include <atomic>
#include <cmath>
#include <functional>
#include <vector>

#include "gate/gate.h"
#include "gate/slots.h"
#include "tests/judge/simulated_noise.h"

namespace hitbench {

inline RunResult simulated_run(double p50_ns, const std::string& clock = "real") {
  RunResult run;
  run.name = "cache-aside/redis";
  run.strategy = "cache-aside";
  run.cache = "redis";
  run.origin = "simulated";
  run.strategy_type = run.strategy;
  run.cache_type = run.cache;
  run.origin_type = run.origin;
  run.clock = clock;
  run.loop = run.arrivals = "closed";
  run.client_model = "fiber";
  run.stream_checksum = "00ff";
  run.operations = 100'000;
  run.reads = {.fresh_hit = 92'000, .miss = 8000};
  run.hit_ratio = 0.92;
  run.throughput_ops_s = 1e9 / p50_ns;
  run.read.response.count = run.operations;
  run.read.response.p50_ns = std::llround(p50_ns);
  run.origin_load.loads = 8000;
  return run;
}

inline Result simulated_result(std::vector<RunResult> runs) {
  Result result;
  result.scenario_json = result.environment_json = "{}";
  result.runs = std::move(runs);
  return result;
}

// A slot whose one row takes a millisecond, times exp(noise).
inline Slot simulated_slot(double log_factor) {
  return {.result = simulated_result({simulated_run(1e6 * std::exp(log_factor))}), .failure = "", .control_ns = {}};
}

// Asks a function for each slot, and keeps what was asked for.
class SimulatedSlots final : public SlotRunner {
 public:
  struct Asked {
    Side side;
    uint64_t seed;
  };
  using Make = std::function<Slot(Side side, size_t number)>;

  explicit SimulatedSlots(Make make) : make_(std::move(make)) {}

  Slot run(Side side, uint64_t seed) override {
    asked.push_back({side, seed});
    return make_(side, asked.size() - 1);
  }

  std::vector<Asked> asked;

 private:
  const Make make_;
};

inline Verdict gate(SlotRunner& slots, const GateOptions& options, const std::atomic<bool>& interrupted = false) {
  return run_gate(slots, options, interrupted, [](const std::string&) {});
}

inline int exit_code(const Verdict& verdict) { return exit_code_of(verdict, {}); }

}  // namespace hitbench
