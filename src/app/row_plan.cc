#include "app/row_plan.h"

#include <algorithm>

#include "registry.h"
#include "workload/workload.h"

namespace hitbench {

uint64_t share_of(uint64_t total, int part, int parts) {
  const auto n = static_cast<uint64_t>(parts);
  return total / n + (static_cast<uint64_t>(part) < total % n ? 1 : 0);
}

Envelope RowPlan::envelope() const { return envelope_of(strategy.params, scenario->verify, key_ttls != nullptr); }

std::shared_ptr<const Rows> RowPlan::rows(const Registry& registry) const {
  return make_rows(scenario->workload, scenario->seed, size_of(envelope()), registry);
}

Duration RowPlan::usual_ttl() const {
  if (!has_cache || !strategy.params.has("ttl")) return kForever;
  if (key_ttls && 2 * key_ttls->known() > key_ttls->keys()) return key_ttls->median();
  return strategy.params.duration("ttl");
}

Duration RowPlan::longest_ttl() const {
  if (!has_cache || !strategy.params.has("ttl")) return kForever;
  const Duration others = strategy.params.duration("ttl");
  if (!key_ttls) return others;
  return key_ttls->known() == key_ttls->keys() ? key_ttls->longest() : std::max(others, key_ttls->longest());
}

double RowPlan::mean_value_bytes(const Registry& registry) const {
  const WorkloadSpec& workload = scenario->workload;
  const double drawn = row_named(registry.values, workload.values.type).make(workload.values.params)->mean();
  if (!workload.keys.traits.recorded) return drawn;
  const auto keys = make_keys(workload.keys, workload.key_count, registry);
  double sum = 0;
  for (uint64_t key = 0; key < keys->own_keys(); ++key) sum += keys->own_value_bytes(key).value_or(drawn);
  return sum / static_cast<double>(keys->own_keys());
}

double RowPlan::preloaded() const { return has_cache ? scenario->warmup.preload.value_or(has_origin ? 0 : 1) : 0; }

bool RowPlan::warms_up_together() const {
  const WarmupSpec& warmup = scenario->warmup;
  return !barrier() && (warmup.steady || (warmup.limit > Duration{0} && warmup.operations > 0));
}

// One a round at least.
uint64_t RowPlan::barriers() const {
  if (!barrier()) return 0;
  const MeasureSpec& measure = scenario->measure;
  const uint64_t clients = scenario->app.all_clients();
  const uint64_t whole =
      measure.operations != 0
          ? measure.operations / clients
          : static_cast<uint64_t>(measure.duration / scenario->workload.arrivals.params.duration("every"));
  return std::max(whole, static_cast<uint64_t>(scenario->rounds));
}

uint64_t RowPlan::round_barriers(int round) const { return share_of(barriers(), round, scenario->rounds); }

Duration RowPlan::round_duration(int round) const {
  const Duration whole = scenario->measure.duration;
  const Duration share(static_cast<int64_t>(share_of(static_cast<uint64_t>(whole.count()), round, scenario->rounds)));
  return std::max(share, std::min(whole, Duration{1}));  // a round of no duration would have no end
}

uint64_t RowPlan::round_operations(int round) const {
  return share_of(scenario->measure.operations, round, scenario->rounds);
}

WriteTable::Size write_table_size(const RowPlan& row) {
  const Scenario& scenario = *row.scenario;
  const Mix& mix = scenario.workload.mix;
  const bool writes = mix.write + mix.erase + mix.insert + mix.modify > 0;
  // A trace brings keys of its own, as many as it likes; inserts add some.
  const bool unbounded = mix.insert > 0 || scenario.workload.keys.traits.own_keys;
  const uint64_t keys = !writes ? 0 : unbounded ? WriteTable::kMostKeys : scenario.workload.key_count;
  return {.keys = keys, .clients = scenario.app.all_clients(), .counts = mix.modify > 0};
}

}  // namespace hitbench
