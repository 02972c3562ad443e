#include "app/loading.h"

#include <algorithm>

#include "workload/permutation.h"

namespace hitbench {
namespace {

// Stores under way at once, over all processes of a row; and the bytes of their values, which lie in buffers meanwhile.
// With 50 connections and one store each, a server spends its time on system calls: it took 5 times as long.
constexpr double kStoresAtOnce = 1024, kBytesAtOnce = 8 << 20;
constexpr uint64_t kMostAtOnce = 512;
constexpr uint64_t kFewestStores = 16;  // of one who helps: it costs a fiber

constexpr uint64_t kOrderSalt = 0x4c4f4144;  // "LOAD"

}  // namespace

// An origin is not asked for more at once than the clients would: the loads would queue there until they time out.
uint64_t Loading::wanted() const {
  if (!parts_.pipelines || parts_.strategy->preloads_through_origin()) return 0;
  const double value_bytes = std::max(parts_.row.mean_value_bytes(registry_), 1.0);
  const auto fitting = static_cast<uint64_t>(std::min(kStoresAtOnce, kBytesAtOnce / value_bytes));
  const auto processes = static_cast<uint64_t>(parts_.shape.processes);
  const uint64_t worthwhile = parts_.workload->key_count() / processes / kFewestStores;
  return std::min({fitting / processes, worthwhile, kMostAtOnce});
}

std::vector<ClientState*> Loading::crew() {
  std::vector<ClientState*> crew;
  for (const auto& client : parts_.clients) crew.push_back(client.get());
  const Client& first = parts_.clients.front()->client;
  for (const uint64_t most = wanted(); crew.size() < most; crew.push_back(loaders_.back().get())) {
    const int id = static_cast<int>(crew.size());
    loaders_.push_back(std::make_unique<ClientState>(parts_.seed, parts_.shape.process, id, parts_.loop));
    loaders_.back()->client.cache = first.cache;
    loaders_.back()->client.origin = first.origin;
  }
  return crew;
}

// In an order that has nothing to do with how often keys are asked for: a cache that is too small would else keep those
// that were loaded last, which are zipf's coldest.
void Loading::run(ClientState& state) {
  // An in-process cache is filled by every process, a shared one by all together.
  const auto crew = static_cast<uint64_t>(parts_.clients.size() + loaders_.size());
  const bool alone = parts_.in_process_cache;
  const uint64_t step = alone ? crew : crew * static_cast<uint64_t>(parts_.shape.processes);
  const uint64_t first = alone ? 0 : crew * static_cast<uint64_t>(parts_.shape.process);
  const uint64_t count = parts_.workload->key_count(), seed = parts_.row.scenario->seed;
  const Permutation order(seed ^ kOrderSalt, count);
  const double share = parts_.row.preloaded();
  Performer& performer = *parts_.performer;
  for (uint64_t n = first + static_cast<uint64_t>(state.client.id); n < count && !phase_.stopped(); n += step) {
    const uint64_t id = order(n);
    if (!is_preloaded(seed, id, share)) continue;
    performer.start_operation(state);
    parts_.rows->payload(id, 0, state.payload);
    const Key key = parts_.workload->key(id, state.key_text);
    const bool ok = parts_.strategy->preload(key, {0, state.payload}, state.client);
    ++state.done;
    if (!ok) ++phase_.outcome.unserved;
    performer.watch_for_stuck(ok, state.client.started);
    parts_.loop.yield_unless_waited();
  }
}

uint64_t Loading::dismiss() {
  uint64_t done = 0;
  for (const auto& loader : loaders_) done += loader->done;
  loaders_.clear();
  return done;
}

}  // namespace hitbench
