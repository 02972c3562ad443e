#include "app/app_process.h"

#include <algorithm>
#include <utility>

#include "app/compose.h"
#include "base/check.h"
#include "registry.h"

namespace hitbench {
namespace {

// Streams of Rng(seed, process, stream) that belong to no client and no operation.
constexpr uint64_t kScheduleStream = ~uint64_t{0};

// A stopped phase must end soon even when its clients sleep for long.
constexpr Duration kStopGranularity = std::chrono::milliseconds(100);

// Streams of an incarnation are those of another scenario, so that none repeats what a dead one drew.
uint64_t stream_seed(uint64_t seed, int incarnation) {
  return incarnation == 0 ? seed : mix64(seed ^ mix64(static_cast<uint64_t>(incarnation)));
}

}  // namespace

AppProcess::AppProcess(const RowPlan& row, const AppShape& shape, Loop& loop, const RowWatch& watch,
                       const Registry& registry, const std::atomic<bool>& stop, Faults* faults)
    : row_(row),
      shape_(shape),
      loop_(loop),
      watch_(watch),
      stop_(stop),
      faults_(faults),
      seed_(stream_seed(row.scenario->seed, shape.incarnation)),
      schedule_(seed_, static_cast<uint64_t>(shape.process), kScheduleStream) {
  const Scenario& scenario = *row.scenario;
  workload_ = make_workload(scenario.workload, shape.process, shape.processes, registry);
  arrivals_ = make_arrivals(scenario.workload.arrivals, shape.processes, registry);
  rows_ = row.rows(registry);
  mean_value_bytes_ =
      row_named(registry.values, scenario.workload.values.type).make(scenario.workload.values.params)->mean();
  for (int i = 0; i < shape.clients; ++i) {
    clients_.push_back(std::make_unique<ClientState>(seed_, shape.process, i, loop));
  }
}

AppProcess::AppProcess(const RowPlan& row, const AppShape& shape, Loop& loop, std::unique_ptr<Strategy> strategy,
                       const RowWatch& watch, const Registry& registry, const std::atomic<bool>& stop)
    : AppProcess(row, shape, loop, watch, registry, stop, nullptr) {
  use(std::move(strategy));
}

AppProcess::AppProcess(const RowPlan& row, const AppShape& shape, Loop& loop, Backend* backend, OriginServer* server,
                       const RowWatch& watch, const Registry& registry, const std::atomic<bool>& stop, Faults* faults)
    : AppProcess(row, shape, loop, watch, registry, stop, faults) {
  connect(backend, server);
  watch_parts();
  tasks_ = std::make_unique<Tasks>(loop, Tasks::Access{.cache = watched_cache_ ? watched_cache_.get() : cache_.get(),
                                                       .origin = origin_in_use(),
                                                       .timeout = row.scenario->app.timeout,
                                                       .seed = seed_,
                                                       .process = shape.process});
  use(compose_strategy(row.strategy, context(), registry));
  const Params& strategy = row.strategy.params;
  if (strategy.has("batch")) batch_ = static_cast<uint64_t>(strategy.integer("batch"));
}

void AppProcess::connect(Backend* backend, OriginServer* server) {
  const AppSpec& app = row_.scenario->app;
  if (backend != nullptr) {
    in_process_cache_ = backend->in_process();
    pipelines_ = backend->waits_on_socket() && !row_.cache.traits.blocks_thread && !app.pool_per_operation &&
                 !loop_.is_virtual();
    const ConnectOptions options{.connections = shape_.connections,
                                 .timeout = app.timeout,
                                 .per_operation = app.pool_per_operation,
                                 .seed = mix64(seed_ ^ static_cast<uint64_t>(shape_.process))};
    const auto make = [this, backend, options] { return backend->connect(loop_, options); };
    cache_ = faults_ == nullptr ? make() : faults_->wrap_cache(loop_, dead_, make);
  }
  if (server == nullptr) return;
  origin_ = server->connect(loop_, shape_.process);
  // The witness stands at the database: what it completes for a process that has died is known, too.
  if (watch_.truth) watched_origin_ = watch(*origin_, *watch_.truth);
  if (faults_ != nullptr) faulty_origin_ = faults_->wrap_origin(loop_, dead_, *origin_in_use());
}

void AppProcess::watch_parts() {
  CopyLog* const log = watch_.copies_of(shape_.process);
  if (cache_ && log != nullptr) watched_cache_ = watch(*cache_, *log, loop_, in_process_cache_);
}

Origin* AppProcess::origin_in_use() const {
  if (faulty_origin_) return faulty_origin_.get();
  return watched_origin_ ? watched_origin_.get() : origin_.get();
}

StrategyContext AppProcess::context() const {
  return {.verify = row_.scenario->verify,
          .process = shape_.process,
          .cache_in_process = in_process_cache_,
          .loop = &loop_,
          .tasks = tasks_.get(),
          .rows = rows_};
}

void AppProcess::use(std::unique_ptr<Strategy> strategy) {
  strategy_ = std::move(strategy);
  Cache* const front = strategy_->front(watched_cache_ ? watched_cache_.get() : cache_.get());
  if (tasks_) tasks_->use(front);
  for (const auto& state : clients_) {
    state->client.cache = front;
    state->client.origin = origin_in_use();
  }
  performer_.emplace(Performer::Access{.app = row_.scenario->app,
                                       .process = shape_.process,
                                       .clients = shape_.clients,
                                       .loop = loop_,
                                       .strategy = *strategy_,
                                       .workload = *workload_,
                                       .rows = *rows_,
                                       .truth = watch_.truth.get(),
                                       .has_origin = row_.has_origin,
                                       .incarnation = shape_.incarnation,
                                       .outage = outage()});
}

AppProcess::~AppProcess() = default;

uint64_t AppProcess::quota_of(const ClientState& client) const {
  const auto quota = [&](int id) {
    return share_of(order_.operations, shape_.process * shape_.clients + id, shape_.processes * shape_.clients);
  };
  if (order_.done_before == 0) return quota(client.client.id);
  uint64_t whole = 0;
  for (int id = 0; id < shape_.clients; ++id) whole += quota(id);
  return share_of(whole - std::min(whole, order_.done_before), client.client.id, shape_.clients);
}

void AppProcess::begin(const PhaseOrder& order, std::function<void()> settled) {
  order_ = order;
  settled_ = std::move(settled);
  outcome_ = PhaseOutcome{};
  outcome_.recorder = Recorder(order.phase_start() - order.measured_before);
  end_ = order.duration > Duration{0} ? order.start + order.duration : kNever;
  const Duration grace = std::max<Duration>(row_.scenario->app.timeout, std::chrono::seconds(1));
  hard_end_ = end_ == kNever ? kNever : end_ + grace;
  clients_ended_ = order.start;
  const bool operates = order.kind == PhaseOrder::Kind::warm_up || order.kind == PhaseOrder::Kind::measure;
  if (operates) next_due_ = order.start + first_gap();
  drawn_ = 0;
  performer_->begin(outcome_, order.timed_one_in, order.start, end_ == kNever || order.operations > 0);
  loop_.reset_gap();
  evictions_before_ = evictions();
  if (tasks_) tasks_before_ = tasks_->started(), tasks_refused_before_ = tasks_->refused();
  if (order.kind == PhaseOrder::Kind::audit) {
    audit_.emplace(Audit::Access{.truth = *watch_.truth,
                                 .cache = cache_.get(),
                                 .origin = origin_.get(),
                                 .workload = *workload_,
                                 .process = shape_.process,
                                 .processes = shape_.processes,
                                 .own_cache = in_process_cache_},
                   order.audit_pass);
  }
  usage_before_ = ThreadUsage::now();
  spun_before_ = loop_.spun();
  const std::vector<ClientState*> crew = crew_of(order);
  active_clients_ = static_cast<int>(crew.size());
  for (ClientState* const client : crew) {
    client->done = 0;
    if (order.timed_one_in == 1) client->until_timed = 1;  // not the stride of the phase before
    loop_.spawn([this, &state = *client] {
      run_client(state);
      if (active_clients_ == 1) wait_out();
      if (--active_clients_ == 0) settle(state);
    });
  }
  if (tasks_) tasks_->ending().clear();
  if (operates) strategy_->begin();
}

// Users who do not come are part of an open loop: without the time after its last operation rates are too high.
void AppProcess::wait_out() {
  if (!row_.open() || end_ == kNever || order_.operations > 0 || stopped()) return;
  rest_of_gap_ = next_due_ - end_;
  wait_until(end_);
}

// The schedule goes on where a phase's end cut it: rounds that are shorter than a gap would else have an operation
// each.
Duration AppProcess::first_gap() {
  const std::optional<Duration> rest = std::exchange(rest_of_gap_, std::nullopt);
  return rest ? *rest : arrivals_->first_due(shape_.process, schedule_);
}

// The last client has ended: background work ends, and what was acknowledged reaches the origin. None of that counts
// into the phase's time.
void AppProcess::settle(ClientState& last) {
  clients_ended_ = loop_.now();
  if (tasks_) {
    tasks_->ending().set();
    tasks_->next_operation(last.client);
    strategy_->drain(last.client);
  }
  if (settled_) settled_();
}

PhaseOutcome AppProcess::cut() {
  PhaseOutcome outcome = end();
  outcome.cache_entries = outcome.cache_bytes = 0;  // gone with it
  outcome_ = PhaseOutcome{};
  dead_ = true;
  return outcome;
}

uint64_t AppProcess::evictions() const { return cache_ ? cache_->usage().value_or(CacheUsage{}).evictions : 0; }

PhaseOutcome AppProcess::end() {
  const ThreadUsage used = ThreadUsage::now();
  if (active_clients_ > 0) clients_ended_ = loop_.now();  // it was cut off
  for (const auto& client : clients_) outcome_.operations += std::exchange(client->done, 0);
  for (const auto& loader : loaders_) outcome_.operations += std::exchange(loader->done, 0);
  outcome_.operations += std::exchange(drawn_unperformed_, 0);
  loaders_.clear();
  outcome_.cpu = used.cpu - usage_before_.cpu;
  outcome_.involuntary_switches = used.involuntary_switches - usage_before_.involuntary_switches;
  outcome_.spun = loop_.spun() - spun_before_;
  outcome_.longest_gap = loop_.longest_gap();
  outcome_.wall = std::max(Duration{1}, clients_ended_ - order_.phase_start());
  if (tasks_) {
    outcome_.background.tasks = tasks_->started() - tasks_before_;
    outcome_.background.refused = tasks_->refused() - tasks_refused_before_;
  }
  outcome_.traffic = take_traffic();
  if (order_.kind == PhaseOrder::Kind::audit) outcome_.audit = audit_->result();
  if (const auto counts = strategy_->write_queue()) outcome_.write_queue = result_of(*counts);
  if (const auto usage = cache_ ? cache_->usage() : std::nullopt) {
    outcome_.has_cache_usage = true;
    outcome_.cache_entries = usage->entries;
    outcome_.cache_evictions = usage->evictions - std::min(usage->evictions, evictions_before_);
    outcome_.cache_bytes = usage->memory_bytes.value_or(0);
  }
  if (cache_) outcome_.server_words = cache_->take_words();
  return std::move(outcome_);
}

uint64_t AppProcess::remove_own_keys(const std::function<void()>& progress) {
  uint64_t left = 0;
  if (!cache_) return left;
  loop_.spawn([&] { left = cache_->remove_own_keys(progress); });
  loop_.run();
  return left;
}

void AppProcess::run_client(ClientState& state) {
  if (!wait_until(order_.start)) return;
  if (order_.kind == PhaseOrder::Kind::preload) return preload(state);
  if (order_.kind == PhaseOrder::Kind::audit) return audit(state);
  switch (arrivals_->loop()) {
    case Arrivals::Loop::closed:
      return closed_loop(state);
    case Arrivals::Loop::open:
      return open_loop(state);
    case Arrivals::Loop::barrier:
      return barrier_loop(state);
  }
}

// Why it is flattened, and what it calls is not inlined: docs/architecture.md, "Clients are fibers".
[[gnu::flatten]] void AppProcess::closed_loop(ClientState& state) {
  const uint64_t quota = quota_of(state);
  skip_drawn(state);
  Time due{};  // of the operation after a think time
  bool thought = false;
  bool at_once = false;
  while (!stopped() && (order_.operations == 0 || state.done < quota)) {
    const Time start = performer_->start_operation(state, at_once);
    if (start >= end_) return;
    if (batch_ > 1) {
      read_batch(state, order_.operations == 0 ? batch_ : quota - state.done, thought ? due : start, thought);
    } else {
      perform(state, draw(state), thought ? due : start, thought);
    }
    const Duration think = arrivals_->next_gap(state.draws);
    thought = think > Duration{0};
    at_once = !thought && !loop_.yield_unless_waited();
    if (!thought) continue;
    const Time since = loop_.now();
    due = std::max(since, std::min(since + think, end_));  // who thinks until the end is there until then
    if (!wait_until(due)) return;
    outcome_.thought += due - since;
  }
}

void AppProcess::perform(ClientState& state, const Operation& operation, Time due, bool was_idle) {
  performer_->perform(state, operation, due, was_idle);
  if (operation.action == Action::insert) workload_->inserted(operation.key);
}

Operation AppProcess::draw_due(uint64_t number) {
  Rng draws(seed_, static_cast<uint64_t>(shape_.process), number);
  const Operation operation = workload_->next(draws, number);
  outcome_.checksum += Workload::checksum(operation, mix64(static_cast<uint64_t>(shape_.process)), number);
  return operation;
}

// A closed loop's next operation. The clients of a process walk a sequence together, each taking its turn.
Operation AppProcess::draw(ClientState& state) {
  const uint64_t place =
      state.position * static_cast<uint64_t>(shape_.clients) + static_cast<uint64_t>(state.client.id);
  const Operation operation = workload_->next(state.draws, place);
  outcome_.checksum += Workload::checksum(operation, state.stream, state.position++);
  return operation;
}

void AppProcess::read_batch(ClientState& state, uint64_t most, Time due, bool was_idle) {
  const size_t count = std::min(batch_, most);
  state.key_texts.resize(batch_);
  state.batch.resize(count);
  for (size_t i = 0; i < count; ++i) state.batch[i] = workload_->key(draw(state).key, state.key_texts[i]);
  performer_->perform_batch(state, due, was_idle);
}

void AppProcess::open_loop(ClientState& state) {
  const uint64_t whole = share_of(order_.operations, shape_.process, shape_.processes);
  const uint64_t quota = whole - std::min(whole, order_.done_before);
  skip_scheduled();
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
      loop_.yield_unless_waited();  // of a rate far too high there are millions
      continue;
    }
    const Operation operation = draw_due(number);
    outcome_.scheduled = std::max(outcome_.scheduled, due - order_.phase_start());
    outcome_.started = std::max(outcome_.started, performer_->start_operation(state) - order_.phase_start());
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
    const Time due = order_.phase_start() + every * static_cast<int64_t>(warm ? n + 1 : n);
    if (due < order_.start) continue;  // it was down then
    if (warms) warm_barrier(state, key, due);
    const bool was_idle = due >= loop_.now();
    if (!wait_until(due)) return;
    outcome_.checksum += Workload::checksum({.key = key}, mix64(static_cast<uint64_t>(state.client.id)), n);
    performer_->start_operation(state);
    performer_->perform(state, {.action = Action::read, .key = key}, due, was_idle);
  }
}

void AppProcess::warm_barrier(ClientState& state, uint64_t key, Time due) {
  const Duration every = arrivals_->next_gap(schedule_);
  if (!wait_until(due - every)) return;
  performer_->start_operation(state);
  strategy_->read(workload_->key(key, state.key_text), state.client);
}

void AppProcess::audit(ClientState& state) {
  if (wait_until(order_.start + order_.audit_after))
    audit_->run(state.client, row_.scenario->app.timeout, [this] { return stopped(); });
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

}  // namespace hitbench
