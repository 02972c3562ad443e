#include "engine/app_process.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/check.h"
#include "registry.h"
#include "strategy/value.h"

namespace hitbench {
namespace {

// Streams of Rng(seed, process, stream) that belong to no client and no operation.
constexpr uint64_t kScheduleStream = ~uint64_t{0};
constexpr uint64_t kStrategySalt = 0x5354524154454759;  // "STRATEGY": strategies draw apart from the operation stream

// A stopped phase must end soon even when its clients sleep for long.
constexpr Duration kStopGranularity = std::chrono::milliseconds(100);

// Without a single success for this long (and five time-outs), a phase of operations is given up.
constexpr Duration kStuckAfter = std::chrono::seconds(5);

Duration thread_cpu() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto time = [](const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return time(usage.ru_utime) + time(usage.ru_stime);
}

ReadEnd read_end(Outcome outcome) { return static_cast<ReadEnd>(outcome); }

}  // namespace

struct AppProcess::ClientState {
  ClientState(AppProcess& process, int id)
      : strategy_rng(process.row_.scenario->seed ^ kStrategySalt, static_cast<uint64_t>(process.shape_.process),
                     static_cast<uint64_t>(id)),
        draws(process.row_.scenario->seed, static_cast<uint64_t>(process.shape_.process), static_cast<uint64_t>(id)),
        client{.cache = nullptr, .origin = nullptr, .loop = process.loop_, .rng = strategy_rng, .id = id} {}

  Rng strategy_rng;
  Rng draws;  // closed loop: the operation stream
  Client client;
  uint64_t position = 0;  // in that stream
  std::string key_text;
  std::string payload;
  uint64_t done = 0;    // in this phase
  int until_timed = 1;  // operations until the next timed one
};

AppProcess::AppProcess(const RowPlan& row, const AppShape& shape, Loop& loop, std::unique_ptr<Strategy> strategy,
                       const Registry& registry, const std::atomic<bool>& stop)
    : row_(row),
      shape_(shape),
      loop_(loop),
      stop_(stop),
      strategy_(std::move(strategy)),
      schedule_(row.scenario->seed, static_cast<uint64_t>(shape.process), kScheduleStream) {
  const Scenario& scenario = *row.scenario;
  workload_ = make_workload(scenario.workload, scenario.seed, shape.process, shape.processes, registry);
  arrivals_ = make_arrivals(scenario.workload.arrivals, shape.processes, registry);
  rows_ = make_rows(scenario.workload, scenario.seed, kEnvelopeBytes, registry);
  for (int i = 0; i < shape.clients; ++i) clients_.push_back(std::make_unique<ClientState>(*this, i));
}

AppProcess::AppProcess(const RowPlan& row, const AppShape& shape, Loop& loop, Backend* backend, OriginServer* server,
                       const Registry& registry, const std::atomic<bool>& stop)
    : AppProcess(
          row, shape, loop,
          row_named(registry.strategies, row.strategy.type).make(row.strategy.params, {.verify = row.scenario->verify}),
          registry, stop) {
  const AppSpec& app = row.scenario->app;
  if (backend != nullptr) {
    in_process_cache_ = backend->in_process();
    cache_ = backend->connect(loop, {.connections = shape.connections,
                                     .timeout = app.timeout,
                                     .per_operation = app.pool_per_operation,
                                     .seed = mix64(row.scenario->seed ^ static_cast<uint64_t>(shape.process))});
  }
  if (server != nullptr) origin_ = server->connect(loop, shape.process);
  for (const auto& state : clients_) {
    state->client.cache = cache_.get();
    state->client.origin = origin_.get();
  }
}

AppProcess::~AppProcess() = default;

uint64_t AppProcess::share_of(uint64_t total, int part, int parts) const {
  const auto n = static_cast<uint64_t>(parts);
  return total / n + (static_cast<uint64_t>(part) < total % n ? 1 : 0);
}

uint64_t AppProcess::quota_of(const ClientState& client) const {
  const int place = shape_.process * shape_.clients + client.client.id;
  return share_of(order_.operations, place, shape_.processes * shape_.clients);
}

void AppProcess::begin(const PhaseOrder& order) {
  order_ = order;
  outcome_ = PhaseOutcome{};
  outcome_.recorder = Recorder(order.start - order.measured_before);
  end_ = order.duration > Duration{0} ? order.start + order.duration : kNever;
  const Duration grace = std::max<Duration>(row_.scenario->app.timeout, std::chrono::seconds(1));
  hard_end_ = end_ == kNever ? kNever : end_ + grace;
  next_due_ = last_success_ = order.start;
  drawn_ = 0;
  loop_.reset_gap();
  cpu_before_ = thread_cpu();
  spun_before_ = loop_.spun();
  for (const auto& client : clients_) {
    client->done = 0;
    loop_.spawn([this, &state = *client] { run_client(state); });
  }
}

PhaseOutcome AppProcess::end() {
  outcome_.cpu = thread_cpu() - cpu_before_;
  outcome_.spun = loop_.spun() - spun_before_;
  outcome_.longest_gap = loop_.longest_gap();
  outcome_.wall = std::max(Duration{1}, loop_.now() - order_.start);
  if (const auto usage = cache_ ? cache_->usage() : std::nullopt) {
    outcome_.has_cache_usage = true;
    outcome_.cache_entries = usage->entries;
    outcome_.cache_evictions = usage->evictions;
    outcome_.cache_bytes = usage->memory_bytes.value_or(0);
  }
  return std::move(outcome_);
}

void AppProcess::remove_own_keys() {
  if (!cache_) return;
  loop_.spawn([this] {
    Call call{.deadline = loop_.now() + std::chrono::seconds(60)};
    cache_->remove_own_keys(call);
  });
  loop_.run();
}

void AppProcess::run_client(ClientState& state) {
  if (!wait_until(order_.start)) return;
  if (order_.kind == PhaseOrder::Kind::preload) return preload(state);
  switch (arrivals_->loop()) {
    case Arrivals::Loop::closed:
      return closed_loop(state);
    case Arrivals::Loop::open:
      return open_loop(state);
    case Arrivals::Loop::barrier:
      return barrier_loop(state);
  }
}

void AppProcess::closed_loop(ClientState& state) {
  const uint64_t quota = quota_of(state);
  const uint64_t stream = static_cast<uint64_t>(shape_.process) << 32 | static_cast<uint64_t>(state.client.id);
  Time due{};  // of the operation after a think time
  bool thought = false;
  while (!stopped() && (order_.operations == 0 || state.done < quota)) {
    const Time start = start_operation(state);
    if (start >= end_) return;
    // The clients of a process walk a sequence together, each taking its turn.
    const uint64_t place =
        state.position * static_cast<uint64_t>(shape_.clients) + static_cast<uint64_t>(state.client.id);
    const Operation operation = workload_->next(state.draws, place);
    outcome_.checksum += Workload::checksum(operation, stream, state.position++);
    perform(state, operation, thought ? due : start, thought);
    const Duration think = arrivals_->next_gap(state.draws);
    thought = think > Duration{0};
    if (!thought) {
      loop_.yield_unless_waited();
      continue;
    }
    due = loop_.now() + think;
    if (due >= end_ || !wait_until(due)) return;
  }
}

void AppProcess::open_loop(ClientState& state) {
  const uint64_t quota = share_of(order_.operations, shape_.process, shape_.processes);
  while (!stopped()) {
    if (order_.operations != 0 && drawn_ >= quota) return;
    const Time due = next_due_;
    if (due >= end_) return;
    const uint64_t number = next_operation_++;
    next_due_ += arrivals_->next_gap(schedule_);
    ++drawn_;
    const bool was_idle = due > loop_.now();
    if (was_idle && !wait_until(due)) return;
    if (loop_.now() > hard_end_) {
      ++outcome_.unserved;
      continue;
    }
    Rng draws(row_.scenario->seed, static_cast<uint64_t>(shape_.process), number);
    const Operation operation = workload_->next(draws, number);
    outcome_.checksum += Workload::checksum(operation, static_cast<uint64_t>(shape_.process), number);
    outcome_.scheduled = std::max(outcome_.scheduled, due - order_.start);
    outcome_.started = std::max(outcome_.started, start_operation(state) - order_.start);
    perform(state, operation, due, was_idle);
    loop_.yield_unless_waited();
  }
}

void AppProcess::barrier_loop(ClientState& state) {
  const Duration every = arrivals_->next_gap(schedule_);
  const bool warm = row_.scenario->workload.arrivals.params.boolean("warm");
  const bool warms = warm && state.client.id == 0 && (in_process_cache_ || shape_.process == 0);
  for (uint64_t n = 0; n < order_.barriers; ++n) {
    const uint64_t key = order_.first_barrier + n;
    // A warm barrier needs the time before it for the load and for the TTL to end.
    const Time due = order_.start + every * static_cast<int64_t>(warm ? n + 1 : n);
    if (warms) warm_barrier(state, key, due);
    const bool was_idle = due >= loop_.now();
    if (!wait_until(due)) return;
    outcome_.checksum += Workload::checksum({.key = key}, static_cast<uint64_t>(state.client.id), n);
    start_operation(state);
    perform(state, {.action = Action::read, .key = key}, due, was_idle);
  }
}

void AppProcess::warm_barrier(ClientState& state, uint64_t key, Time due) {
  const Duration every = arrivals_->next_gap(schedule_);
  if (!wait_until(due - every)) return;
  start_operation(state);
  strategy_->read(workload_->key(key, state.key_text), state.client);
}

void AppProcess::preload(ClientState& state) {
  // An in-process cache is filled by every process, a shared one by all together.
  const int parts = in_process_cache_ ? shape_.clients : shape_.clients * shape_.processes;
  const int part = state.client.id + (in_process_cache_ ? 0 : shape_.process * shape_.clients);
  const uint64_t count = workload_->key_count();
  for (uint64_t id = static_cast<uint64_t>(part); id < count && !stopped(); id += static_cast<uint64_t>(parts)) {
    start_operation(state);
    rows_->payload(id, 0, state.payload);
    const bool ok = strategy_->preload(workload_->key(id, state.key_text), {0, state.payload}, state.client);
    ++outcome_.operations;
    if (!ok) ++outcome_.unserved;
    watch_for_stuck({.end = ok ? ReadEnd::miss : ReadEnd::failed}, state.client.started);
    loop_.yield_unless_waited();
  }
}

bool AppProcess::wait_until(Time due) {
  if (loop_.is_virtual()) {
    if (due > loop_.now()) loop_.sleep_until(due);
    return !stopped();
  }
  for (Time now = loop_.now(); now < due; now = loop_.now()) {
    loop_.sleep_until(std::min(due, now + kStopGranularity));
    if (stopped()) return false;
  }
  return !stopped();
}

Time AppProcess::start_operation(ClientState& state) {
  const Time start = loop_.now();
  state.client.started = start;
  state.client.set_deadline(start + row_.scenario->app.timeout);
  return start;
}

void AppProcess::perform(ClientState& state, const Operation& operation, Time due, bool was_idle) {
  ++state.done;
  ++outcome_.operations;
  switch (operation.action) {
    case Action::read:
      return read(state, operation.key, due, was_idle);
    case Action::write:
    case Action::insert:
      return write(state, OperationKind::write, operation.key, due, was_idle);
    case Action::erase:
      return write(state, OperationKind::erase, operation.key, due, was_idle);
    case Action::modify:
      read(state, operation.key, due, was_idle);
      write(state, OperationKind::write, operation.key, start_operation(state), false);
  }
}

void AppProcess::read(ClientState& state, uint64_t key, Time due, bool was_idle) {
  const Answer answer = strategy_->read(workload_->key(key, state.key_text), state.client);
  finish(state,
         {.kind = OperationKind::read, .end = read_end(answer.outcome), .corrupt = answer.corrupt, .load = answer.load},
         state.client.started, due, was_idle);
}

void AppProcess::write(ClientState& state, OperationKind kind, uint64_t key, Time due, bool was_idle) {
  const Key whole = workload_->key(key, state.key_text);
  bool ok = false;
  if (kind == OperationKind::erase) {
    ok = strategy_->erase(whole, state.client);
  } else {
    // Unique over all processes; 0 is the value that a row has from the start.
    const uint64_t id = static_cast<uint64_t>(shape_.process + 1) << 44 | ++last_write_;
    rows_->payload(key, id, state.payload);
    ok = strategy_->write(whole, {id, state.payload}, state.client);
  }
  finish(state, {.kind = kind, .ok = ok}, state.client.started, due, was_idle);
}

void AppProcess::finish(ClientState& state, Sample sample, Time start, Time due, bool was_idle) {
  sample.finished = start;
  if (--state.until_timed <= 0) {
    sample.finished = loop_.now();
    sample.response = sample.finished - due;
    sample.service = sample.finished - start;
    if (was_idle) sample.gen_late = start - due;
    // A random stride with the right mean: a fixed one could fall into step with the workload.
    const auto mean = static_cast<uint64_t>(order_.timed_one_in);
    state.until_timed = mean == 1 ? 1 : static_cast<int>(1 + state.strategy_rng.below(2 * mean - 1));
  }
  outcome_.recorder.record(sample);
  watch_for_stuck(sample, start);
}

// A phase of so many operations would last for ever on a server that is gone, one time-out after the other.
void AppProcess::watch_for_stuck(const Sample& sample, Time start) {
  const bool ok = sample.kind == OperationKind::read ? sample.end != ReadEnd::failed : sample.ok;
  if (ok) {
    last_success_ = start;
  } else if (end_ == kNever &&
             start - last_success_ > std::max<Duration>(5 * row_.scenario->app.timeout, kStuckAfter)) {
    outcome_.stuck = true;
  }
}

}  // namespace hitbench
