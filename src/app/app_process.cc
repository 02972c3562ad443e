#include "app/app_process.h"

#include <algorithm>
#include <utility>

namespace hitbench {

AppProcess::AppProcess(const RowPlan& row, const AppShape& shape, Loop& loop, std::unique_ptr<Strategy> strategy,
                       const RowWatch& watch, const Registry& registry, const std::atomic<bool>& stop)
    : phase_(loop, stop),
      parts_({row, shape, loop, watch, registry, nullptr, phase_.dead}, std::move(strategy)),
      closed_loop_(parts_, phase_),
      open_loop_(parts_, phase_),
      barrier_loop_(parts_, phase_),
      loading_(parts_, phase_, registry) {}

AppProcess::AppProcess(const RowPlan& row, const AppShape& shape, Loop& loop, Backend* backend, OriginServer* server,
                       const RowWatch& watch, const Registry& registry, const std::atomic<bool>& stop, Faults* faults)
    : phase_(loop, stop),
      parts_({row, shape, loop, watch, registry, faults, phase_.dead}, backend, server),
      closed_loop_(parts_, phase_),
      open_loop_(parts_, phase_),
      barrier_loop_(parts_, phase_),
      loading_(parts_, phase_, registry) {}

AppProcess::~AppProcess() = default;

void AppProcess::begin(const PhaseOrder& order, std::function<void()> settled) {
  settled_ = std::move(settled);
  phase_.begin(order, std::max<Duration>(parts_.row.scenario->app.timeout, std::chrono::seconds(1)));
  clients_ended_ = order.start;
  if (phase_.operates() && parts_.row.open()) open_loop_.begin();
  const bool may_get_stuck = phase_.end == kNever || order.operations > 0;
  parts_.performer->begin(phase_.outcome, order.timed_one_in, order.start, may_get_stuck);
  if (order.kind == PhaseOrder::Kind::audit) begin_audit();
  parts_.loop.reset_gap();
  before_ = counts();
  const std::vector<ClientState*> all = crew();
  active_clients_ = static_cast<int>(all.size());
  for (ClientState* const client : all) {
    client->done = 0;
    if (order.timed_one_in == 1) client->until_timed = 1;  // not the stride of the phase before
    parts_.loop.spawn([this, &state = *client] {
      run_client(state);
      if (active_clients_ == 1 && parts_.row.open()) open_loop_.wait_out();
      if (--active_clients_ == 0) settle(state);
    });
  }
  if (parts_.tasks) parts_.tasks->ending().clear();
  if (phase_.operates()) parts_.strategy->begin();
}

std::vector<ClientState*> AppProcess::crew() {
  if (phase_.order.kind == PhaseOrder::Kind::preload) return loading_.crew();
  std::vector<ClientState*> clients;
  for (const auto& client : parts_.clients) clients.push_back(client.get());
  return clients;
}

void AppProcess::begin_audit() {
  audit_.emplace(Audit::Access{.write_table = *parts_.watched.write_table,
                               .cache = parts_.cache.get(),
                               .origin = parts_.origin.get(),
                               .workload = *parts_.workload,
                               .process = parts_.shape.process,
                               .processes = parts_.shape.processes,
                               .own_cache = parts_.in_process_cache},
                 phase_.order.audit_pass);
}

void AppProcess::run_client(ClientState& state) {
  if (!phase_.wait_until(phase_.order.start)) return;
  if (phase_.order.kind == PhaseOrder::Kind::preload) return loading_.run(state);
  if (phase_.order.kind == PhaseOrder::Kind::audit) return audit(state);
  switch (parts_.arrivals->loop()) {
    case Arrivals::Loop::closed:
      return closed_loop_.run(state);
    case Arrivals::Loop::open:
      return open_loop_.run(state);
    case Arrivals::Loop::barrier:
      return barrier_loop_.run(state);
  }
}

void AppProcess::audit(ClientState& state) {
  if (!phase_.wait_until(phase_.order.start + phase_.order.audit_after)) return;
  audit_->run(state.client, parts_.row.scenario->app.timeout, [this] { return phase_.stopped(); });
}

// The last client has ended: background work ends, and what was acknowledged reaches the origin. None of that counts
// into the phase's time.
void AppProcess::settle(ClientState& last) {
  clients_ended_ = parts_.loop.now();
  if (parts_.tasks) {
    parts_.tasks->ending().set();
    parts_.tasks->next_operation(last.client);
    parts_.strategy->drain(last.client);
  }
  if (settled_) settled_();
}

AppProcess::Counts AppProcess::counts() const {
  const Tasks* const tasks = parts_.tasks.get();
  Counts counts{.thread = {},
                .spun = {},
                .evictions = parts_.evictions(),
                .tasks = tasks == nullptr ? 0 : tasks->started(),
                .tasks_refused = tasks == nullptr ? 0 : tasks->refused()};
  counts.thread = ThreadUsage::now();
  counts.spun = parts_.loop.spun();
  return counts;
}

PhaseOutcome AppProcess::cut() {
  PhaseOutcome outcome = end();
  outcome.cache_entries = outcome.cache_bytes = 0;  // gone with it
  phase_.outcome = PhaseOutcome{};
  phase_.dead = true;
  return outcome;
}

PhaseOutcome AppProcess::end() {
  PhaseOutcome& outcome = phase_.outcome;
  add_machine(outcome);
  if (active_clients_ > 0) clients_ended_ = parts_.loop.now();  // it was cut off
  outcome.wall = std::max(Duration{1}, clients_ended_ - phase_.order.phase_start());
  for (const auto& client : parts_.clients) outcome.operations += std::exchange(client->done, 0);
  outcome.operations += loading_.dismiss();
  outcome.operations += std::exchange(phase_.skipped, 0);
  if (phase_.order.kind == PhaseOrder::Kind::audit) outcome.audit = audit_->result();
  if (const auto counts = parts_.strategy->write_queue()) outcome.write_queue = result_of(*counts);
  outcome.traffic = take_traffic();
  add_cache(outcome);
  return std::move(outcome);
}

// What it took of the machine since the phase began.
void AppProcess::add_machine(PhaseOutcome& outcome) const {
  const ThreadUsage used = ThreadUsage::now();
  outcome.cpu = used.cpu - before_.thread.cpu;
  outcome.involuntary_switches = used.involuntary_switches - before_.thread.involuntary_switches;
  outcome.spun = parts_.loop.spun() - before_.spun;
  outcome.longest_gap = parts_.loop.longest_gap();
  if (!parts_.tasks) return;
  outcome.background.tasks = parts_.tasks->started() - before_.tasks;
  outcome.background.refused = parts_.tasks->refused() - before_.tasks_refused;
}

void AppProcess::add_cache(PhaseOutcome& outcome) const {
  if (!parts_.cache) return;
  if (const auto usage = parts_.cache->usage()) {
    outcome.has_cache_usage = true;
    outcome.cache_entries = usage->entries;
    outcome.cache_evictions = usage->evictions - std::min(usage->evictions, before_.evictions);
    outcome.cache_bytes = usage->memory_bytes.value_or(0);
  }
  outcome.server_words = parts_.cache->take_words();
}

Traffic AppProcess::take_traffic() {
  const Traffic all = (parts_.cache ? parts_.cache->traffic() : std::nullopt).value_or(Traffic{});
  const Traffic before = std::exchange(told_, all);
  return {.begun = all.begun - before.begun,
          .completed = all.completed - before.completed,
          .shared = all.shared - before.shared,
          .bounded = all.bounded};
}

uint64_t AppProcess::remove_own_keys(const std::function<void()>& progress) {
  uint64_t left = 0;
  if (!parts_.cache) return left;
  parts_.loop.spawn([&] { left = parts_.cache->remove_own_keys(progress); });
  parts_.loop.run();
  return left;
}

}  // namespace hitbench
