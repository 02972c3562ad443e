#include "cli/calibration_steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/units.h"
#include "scenario/json_text.h"

namespace hitbench {
namespace {

// Those of the figures that are shipped (cache/twin/default_times.cc), but for 1,000 bytes: times there are within the
// spread of their interpolation.
constexpr uint64_t kSmall = 100, kMedium = 10'000, kLarge = 100'000;
constexpr int kBusyClients = 32, kBusyClientsOfLarge = 8;
constexpr const char* kRoom = "256MiB";  // nothing is evicted, whatever slabs waste
constexpr uint64_t kFewestTimes = 20;    // of each operation of a row: with fewer, a percentile is anybody's guess

CalibrationStep trips(std::string words, std::vector<TwinOperation> operations, uint64_t bytes) {
  return {.words = "round trips of " + std::move(words), .operations = std::move(operations), .value_bytes = bytes};
}

CalibrationStep services(std::string words, TwinOperation operation, uint64_t bytes) {
  return {.words = "services of " + std::move(words),
          .operations = {operation},
          .value_bytes = bytes,
          .services = true,
          .clients = bytes < kLarge ? kBusyClients : kBusyClientsOfLarge};
}

CalibrationStep mixed(CalibrationStep step, double read, double write, double erase, bool empty = false) {
  step.read = read;
  step.write = write;
  step.erase = erase;
  step.empty = empty;
  return step;
}

bool is_of_batches(const CalibrationStep& step) { return step.operations.front() == TwinOperation::batch_key; }

const Percentiles& responses_of(TwinOperation operation, const RunResult& run) {
  if (operation == TwinOperation::set) return run.write.response;
  return operation == TwinOperation::erase ? run.erase.response : run.read.response;
}

// Every read of it is of the kind that is meant.
bool found_what_was_meant(const CalibrationStep& step, const RunResult& run) {
  if (run.operations == 0 || run.failed_operations.value_or(0) > 0) return false;
  return step.read == 0 || run.hit_ratio == (step.empty ? 0.0 : 1.0);
}

}  // namespace

std::vector<CalibrationStep> calibration_steps() {
  std::vector<CalibrationStep> steps;
  for (const uint64_t bytes : {kSmall, kMedium, kLarge}) {
    const std::string size = format_count(static_cast<double>(bytes)) + " B";
    const auto both = {TwinOperation::get_hit, TwinOperation::set};
    steps.push_back(mixed(trips("hits and sets of " + size, both, bytes), 0.5, 0.5, 0));
    steps.push_back(mixed(services("hits of " + size, TwinOperation::get_hit, bytes), 1, 0, 0));
    steps.push_back(mixed(services("sets of " + size, TwinOperation::set, bytes), 0, 1, 0));
  }
  const auto neither = {TwinOperation::get_miss, TwinOperation::erase};
  steps.push_back(mixed(trips("misses and deletions", neither, 0), 0.5, 0, 0.5, true));
  steps.push_back(mixed(services("misses", TwinOperation::get_miss, 0), 1, 0, 0, true));
  steps.push_back(mixed(services("deletions", TwinOperation::erase, 0), 0, 0, 1, true));
  steps.push_back(mixed(trips("batches", {TwinOperation::batch_key}, kSmall), 1, 0, 0));
  steps.push_back(mixed(services("batches", TwinOperation::batch_key, kSmall), 1, 0, 0));
  return steps;
}

std::string scenario_of(const CalibrationStep& step, const std::vector<CalibratedCache>& caches, Duration time,
                        const std::vector<int>& cpus) {
  const bool pins = cpus.size() > 1;
  Json list = Json::array();
  for (const CalibratedCache& cache : caches) {
    Json one = {{"type", cache.server}, {"name", cache.name()}, {"transport", cache.transport}, {"memory", kRoom}};
    if (pins) one["pin"] = std::to_string(cpus.back());
    list.push_back(one);
  }
  Json app = {{"clients", step.clients}, {"connections", step.clients}};
  if (pins) app["pin"] = Json::array({cpus.front()});
  Json strategy = {{"type", "direct"}};
  if (is_of_batches(step)) strategy["batch"] = kCalibratedBatch;
  const Json scenario = {{"rounds", 1},
                         {"verify", false},
                         {"workload",
                          {{"keys", {{"distribution", "uniform"}, {"count", 500}}},
                           {"value_bytes", std::max<uint64_t>(1, step.value_bytes)},
                           {"mix", {{"read", step.read}, {"write", step.write}, {"delete", step.erase}}},
                           {"arrivals", {{"loop", "closed"}}}}},
                         {"app", app},
                         {"warmup", {{"duration", spell_duration(time / 10)}, {"preload", step.empty ? 0 : 1}}},
                         {"measure", {{"duration", spell_duration(time - time / 10)}}},
                         {"caches", list},
                         {"strategies", Json::array({strategy})}};
  return print_json(scenario);
}

bool add_figures(const CalibrationStep& step, const RunResult& run, FoundTimes& found) {
  if (!found_what_was_meant(step, run)) return false;
  if (step.services && !run.backend.cpu_ns_per_op) return false;
  for (const TwinOperation operation : step.operations) {
    const Percentiles& responses = responses_of(operation, run);
    if (responses.count < kFewestTimes || responses.histogram.empty()) return false;
    FoundTimes::Figures& figures = found.operations[operation][step.value_bytes];
    if (step.services) {
      figures.service = Duration(static_cast<int64_t>(*run.backend.cpu_ns_per_op));
    } else {
      figures.round_trip = quantiles_of(Histogram::decode_v2(responses.histogram));
    }
  }
  return true;
}

}  // namespace hitbench
