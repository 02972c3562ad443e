#include "judge/exact.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/json_archive.h"

namespace hitbench {
namespace {

bool is_one(const Json& scenario, const char* pointer) {
  const Json::json_pointer at(pointer);
  return scenario.contains(at) && scenario[at] == 1;
}

bool is_one_client(const Json& scenario, const RunResult& run) {
  const bool swept = run.sweep && run.sweep->find("app.") != std::string::npos;
  return !swept && is_one(scenario, "/app/processes") && is_one(scenario, "/app/clients");
}

// A duration leaves the number of operations to the machine.
bool is_counted(const Json& scenario, const char* duration) {
  const Json::json_pointer at(duration);
  return !scenario.contains(at) || scenario[at].is_null();
}

bool depends_on_time(const RunResult& run) {
  const MissesResult& misses = run.misses;
  const uint64_t failed =
      run.reads.failed + run.writes.failed + run.deletes.failed + run.origin_load.failed.value_or(0);
  const uint64_t later =
      run.background.tasks.value_or(0) + run.write_queue.queued.value_or(0) + run.retries.value_or(0);
  // Without an account of its misses nobody knows whether a cached entry has expired.
  const bool accounted = run.reads.miss == 0 || misses.expired.has_value();
  return failed + later > 0 || !accounted ||
         misses.expired.value_or(0) + misses.early.value_or(0) + misses.lost.value_or(0) +
                 misses.unavailable.value_or(0) >
             0;
}

// Servers draw samples of what they evict.
bool evicts_by_chance(const RunResult& run) {
  return !run.exact_evictions && (run.backend.evictions.value_or(0) > 0 || run.misses.evicted.value_or(0) > 0);
}

struct Means {
  double value = 0, cost = 0;
};

Maybe<Means> means_of(const std::vector<const RunResult*>& runs, const Criterion& criterion) {
  Means means;
  for (const RunResult* run : runs) {
    const Maybe<double> value = metric(*run, criterion.metric);
    const Maybe<double> cost = cost_of(*run, criterion, Mode::exact);
    if (!value || !cost) return std::nullopt;
    means.value += *value / static_cast<double>(runs.size());
    means.cost += *cost / static_cast<double>(runs.size());
  }
  return means;
}

// From which change on a counter of these runs is worse. Where either side has drawn what it evicted, as a twin of
// Redis does, the draws alone make a difference: then what the change must exceed is what it must in real time.
double delta_of(const std::vector<const RunResult*>& base, const std::vector<const RunResult*>& candidate,
                const Criterion& criterion) {
  const auto by_chance = [](const RunResult* run) { return evicts_by_chance(*run); };
  const bool any =
      std::any_of(base.begin(), base.end(), by_chance) || std::any_of(candidate.begin(), candidate.end(), by_chance);
  return any ? std::max(criterion.exact_delta, criterion.delta) : criterion.exact_delta;
}

// By how much `to` is above `from`; without end if there was nothing.
double growth(double from, double to) {
  if (from == to) return 0;
  return from > 0 ? to / from - 1 : std::numeric_limits<double>::infinity();
}

Word word_for(double base, double candidate, double delta) {
  if (candidate > base && growth(base, candidate) > delta) return Word::regressed;
  if (candidate < base && growth(candidate, base) > delta) return Word::improved;
  return Word::pass;
}

}  // namespace

std::string why_exact(const Result& result, const RunResult& run) {
  if (run.clock == "virtual") return "virtual time";
  const Json scenario = embedded_document(result.scenario_json);
  const bool fixed = run.loop == "closed" && is_one_client(scenario, run) &&
                     is_counted(scenario, "/measure/duration") && is_counted(scenario, "/warmup/duration");
  if (!fixed || depends_on_time(run) || evicts_by_chance(run)) return "";
  return "one client, and nothing that depends on the time";
}

bool same_operations(const RunResult& base, const RunResult& candidate) {
  return base.stream_checksum == candidate.stream_checksum && base.operations == candidate.operations;
}

Maybe<VerdictItem> exact_item(const std::vector<const RunResult*>& base, const std::vector<const RunResult*>& candidate,
                              const Criterion& criterion) {
  const Maybe<Means> b = means_of(base, criterion), c = means_of(candidate, criterion);
  const bool nothing = !b || !c || (b->value == 0 && c->value == 0);
  if (nothing && !criterion.named) return std::nullopt;
  VerdictItem item = new_item(base.front()->name, criterion, Mode::exact);
  item.method = "exact";
  if (!b || !c) {
    item.note = kNotMeasured;
    return item;
  }
  item.base = b->value;
  item.candidate = c->value;
  item.change = change_of(item);
  const double delta = delta_of(base, candidate, criterion);
  item.delta = criterion.in_points() ? worsening_of(std::log1p(delta), criterion, Mode::exact, item) : delta;
  item.pairs = {static_cast<int>(base.size())};
  item.verdict = word_for(b->cost, c->cost, delta);
  return item;
}

}  // namespace hitbench
