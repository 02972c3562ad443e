// What an application process does before it is measured, beside performing operations: it loads its share of the keys
// into the cache, and draws what it need not perform.
#include <algorithm>

#include "app/app_process.h"
#include "workload/permutation.h"

namespace hitbench {
namespace {

// Stores under way at once, over all processes of a row; and the bytes of their values, which lie in buffers meanwhile.
// With 50 connections and one store each, a server spends its time on system calls: it took 5 times as long.
constexpr double kStoresAtOnce = 1024, kBytesAtOnce = 8 << 20;
constexpr uint64_t kMostAtOnce = 512;
constexpr uint64_t kFewestStores = 16;  // of one who helps: it costs a fiber

constexpr uint64_t kOrderSalt = 0x4c4f4144;  // "LOAD"
constexpr uint64_t kDrawsATurn = 1024;

}  // namespace

// Clients, and where connections carry more than one request each, others beside them; but an origin is not asked for
// more at once than the clients would: the loads would queue there until they time out.
std::vector<ClientState*> AppProcess::crew_of(const PhaseOrder& order) {
  std::vector<ClientState*> crew;
  for (const auto& client : clients_) crew.push_back(client.get());
  if (order.kind != PhaseOrder::Kind::preload || !pipelines_ || strategy_->preloads_through_origin()) return crew;
  const auto fitting = static_cast<uint64_t>(std::min(kStoresAtOnce, kBytesAtOnce / std::max(mean_value_bytes_, 1.0)));
  const auto processes = static_cast<uint64_t>(shape_.processes);
  const uint64_t worthwhile = workload_->key_count() / processes / kFewestStores;
  const uint64_t wanted = std::min({fitting / processes, worthwhile, kMostAtOnce});
  while (crew.size() < wanted) {
    const int id = static_cast<int>(crew.size());
    loaders_.push_back(std::make_unique<ClientState>(seed_, shape_.process, id, loop_));
    loaders_.back()->client.cache = clients_.front()->client.cache;
    loaders_.back()->client.origin = clients_.front()->client.origin;
    crew.push_back(loaders_.back().get());
  }
  return crew;
}

// In an order that has nothing to do with how often keys are asked for: a cache that is too small would else keep those
// that were loaded last, which are zipf's coldest.
void AppProcess::preload(ClientState& state) {
  // An in-process cache is filled by every process, a shared one by all together.
  const auto crew = static_cast<uint64_t>(clients_.size() + loaders_.size());
  const uint64_t parts = in_process_cache_ ? crew : crew * static_cast<uint64_t>(shape_.processes);
  const uint64_t first = in_process_cache_ ? 0 : crew * static_cast<uint64_t>(shape_.process);
  const uint64_t count = workload_->key_count(), seed = row_.scenario->seed;
  const Permutation order(seed ^ kOrderSalt, count);
  const double share = row_.preloaded();
  for (uint64_t n = first + static_cast<uint64_t>(state.client.id); n < count && !stopped(); n += parts) {
    const uint64_t id = order(n);
    if (!is_preloaded(seed, id, share)) continue;
    performer_->start_operation(state);
    rows_->payload(id, 0, state.payload);
    const bool ok = strategy_->preload(workload_->key(id, state.key_text), {0, state.payload}, state.client);
    ++state.done;
    if (!ok) ++outcome_.unserved;
    performer_->watch_for_stuck(ok, state.client.started);
    loop_.yield_unless_waited();
  }
}

void AppProcess::skip(const Operation& operation) {
  if (operation.action == Action::insert) workload_->inserted(operation.key);
  if (++drawn_unperformed_ % kDrawsATurn == 0) loop_.yield();
}

// With the think times, as closed_loop() draws them: rows that think at random would else answer different streams.
void AppProcess::skip_drawn(ClientState& state) {
  const uint64_t share =
      share_of(order_.drawn, shape_.process * shape_.clients + state.client.id, shape_.processes * shape_.clients);
  for (uint64_t n = 0; n < share && !stopped();) {
    for (const uint64_t end = std::min(share, n + batch_); n < end; ++n) skip(draw(state));
    arrivals_->next_gap(state.draws);
  }
}

// Of an open loop, with the gaps of its schedule: what is performed afterwards is due from the phase's start on.
void AppProcess::skip_scheduled() {
  const uint64_t share = share_of(order_.drawn, shape_.process, shape_.processes);
  while (drawn_unperformed_ < share && !stopped()) {
    const uint64_t number = next_operation_++;
    arrivals_->next_gap(schedule_);
    skip(draw_due(number));
  }
}

}  // namespace hitbench
