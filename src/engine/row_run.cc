#include "engine/row_run.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "cache/cache.h"
#include "engine/limits.h"
#include "engine/run.h"
#include "metrics/environment.h"
#include "origin/origin.h"
#include "registry.h"

namespace hitbench {
namespace {

// In real time, a longer TTL is not waited for.
constexpr Duration kLongestAwaited = std::chrono::seconds(2);
constexpr Duration kAfterTtl = std::chrono::milliseconds(1);

Duration scaled(Duration duration, double factor) {
  return Duration(static_cast<int64_t>(static_cast<double>(duration.count()) * factor));
}

}  // namespace

RowRun::RowRun(const RowPlan& row, const Registry& registry, KeyMarks marks, const std::atomic<bool>& interrupted,
               const CalibratedTimes* times)
    : row_(row), registry_(registry), marks_(std::move(marks)), interrupted_(interrupted), times_(times) {}

RowRun::~RowRun() = default;

void RowRun::skip(const std::string& reason) { skipped_ = reason; }

void RowRun::fail(const std::string& reason) {
  skipped_ = reason;
  failed_ = true;
  end_workers();
}

void RowRun::end_workers() {
  if (workers_) left_ = workers_->finish();
  workers_.reset();
}

void RowRun::end() {
  end_workers();
  check_evictions();
}

void RowRun::prepare() {
  const Scenario& scenario = *row_.scenario;
  const AppSpec& app = scenario.app;
  if (row_.has_cache) {
    backend_ = make_backend(row_.cache);
    backend_->start();
    if (backend_->marks()) warning_ = backend_->make_room_for(data_set(row_, registry_));
  }
  if (!scenario.faults.empty()) faults_ = std::make_unique<Faults>(scenario.faults, backend_.get());
  if (row_.has_origin) {
    OriginContext context;
    if (faults_) context.failing = &faults_->origin_failing();
    context.interrupted = &interrupted_;
    context.seed = scenario.seed;
    context.clients = app.processes * app.clients;
    context.make_latency = [&registry = registry_](const Part& part) {
      return row_named(registry.latencies, part.type).make(part.params);
    };
    server_ = row_named(registry_.origins, row_.origin.type).make(row_.origin.params, context);
    server_->start(row_.rows(registry_));
  }
  if (scenario.verify) make_watch();
  if (faults_) {
    faults_->tell_of_losses([this] {
      for (const auto& ledger : watch_.ledgers) ledger->lost_all();
    });
  }
  const WorkerSetup setup{row_, backend_.get(), server_.get(), watch_, registry_, interrupted_, faults_.get()};
  workers_ = scenario.virtual_clock ? virtual_workers(setup) : fork_workers(setup);
}

// The row's own cache, and those that it stands on.
std::unique_ptr<Backend> RowRun::make_backend(const Part& cache) const {
  const CacheRow& row = row_named(registry_.caches, cache.type);
  if (row.make == nullptr) throw unavailable(cache.type + " is " + std::string(row.unavailable));
  return row.make(cache.params, {.virtual_time = row_.scenario->virtual_clock,
                                 .seed = row_.scenario->seed,
                                 .times = times_,
                                 .key_prefix = marks_.prefix,
                                 .key_ttl = marks_.ttl,
                                 .interrupted = &interrupted_,
                                 .make_backend = [this](const Part& part) { return make_backend(part); }});
}

void RowRun::make_watch() {
  watch_.write_table = std::make_unique<WriteTable>(write_table_size(row_));
  if (!backend_) return;
  const Scenario& scenario = *row_.scenario;
  const AppSpec& app = scenario.app;
  const int processes = row_.uses_threads() ? app.processes * app.clients : app.processes;
  const Absent& absent = scenario.workload.absent;
  const uint64_t absent_keys = absent.share == 0 ? 0 : absent.unique ? EntryLedger::kMostAbsent : absent.keys;
  const uint64_t rows = row_.rows(registry_)->capacity();
  for (int i = 0; i < (backend_->in_process() ? processes : 1); ++i) {
    watch_.ledgers.push_back(std::make_unique<EntryLedger>(rows, absent_keys));
  }
}

PhaseOutcome RowRun::run_phase(PhaseOrder order) {
  order.scheduled_before = scheduled_;
  PhaseOutcome outcome = workers_->run(order);
  if (order.kind == PhaseOrder::Kind::warm_up || order.kind == PhaseOrder::Kind::measure) {
    scheduled_ += order.operations == 0 ? order.duration : outcome.wall;  // a backlog's rest is not of the schedule
  }
  traffic_.add(outcome.traffic);
  check_evictions();
  return outcome;
}

// After a Ctrl-C, what was measured stands; its owner has to know of the evictions all the same.
void RowRun::check_evictions() try {
  if (backend_) backend_->check_evictions();
} catch (const Error& error) {
  if (!interrupted_) throw;
  warning_ = error.what();
}

void RowRun::measure(int round) {
  if (server_) server_->begin_measuring();
  if (backend_) totals_.backend_before = backend_->usage();
  RowTotals::Machine machine{.before = sample_machine(), .after = {}, .server_before = server_times()};
  PhaseOrder order{.kind = PhaseOrder::Kind::measure,
                   .operations = row_.round_operations(round),
                   .duration = row_.round_duration(round),
                   .measured_before = totals_.measured,
                   .timed_one_in = totals_.timed_one_in};
  if (row_.barrier()) {
    order.barriers = row_.round_barriers(round);
    order.first_barrier = totals_.barriers_done;
    order.operations = 0;
    order.duration = Duration{0};
    totals_.barriers_done += order.barriers;
  }
  const PhaseOutcome outcome = run_phase(order);
  machine.after = sample_machine();
  machine.server_after = server_times();
  if (backend_) totals_.backend_after = backend_->usage();
  const bool broken_off = interrupted_;
  if (!broken_off) check_own_server();
  totals_.add(round, outcome, machine, server_ ? std::optional(server_->usage()) : std::nullopt);
  if (broken_off) check_own_server();  // whatever it throws then, the round stands
  if (const uint64_t refused = server_ ? server_->usage().refused_by_disk : 0; refused > 0) {
    throw environment_error(
        fmt::format("the disk under origin {} is full: {} failed", row_.origin.name, counted(refused, "write")),
        "free some space, or set TMPDIR to a directory that has it");
  }
}

RunProgress RowRun::so_far() const {
  RunProgress progress;
  if (totals_.measured <= Duration{0}) return progress;
  const double seconds = in_seconds(totals_.measured);
  progress.ops_s = static_cast<double>(totals_.all.operations) / seconds;
  for (const OperationKind kind : {OperationKind::read, OperationKind::write}) {
    const Histogram response = totals_.all.recorder.latency(kind).response;
    if (response.count() == 0) continue;
    progress.p99_ns = static_cast<double>(response.quantile(0.99));
    break;
  }
  return progress;
}

std::optional<ThreadTimes> RowRun::server_times() const { return backend_ ? backend_->thread_times() : std::nullopt; }

// The counters of a server that the scenario kills start over.
void RowRun::check_own_server() {
  if (!backend_) return;
  if (faults_ && faults_->has(Fault::Target::cache, Fault::Action::kill)) return;
  const std::string why = backend_->intrusion(traffic_);
  if (intrusion_.empty()) intrusion_ = why;
}

// When all has ended, and once more when every cached entry that was there by then has passed its TTL: where that can
// be waited for. Without it the figures stay empty.
void RowRun::audit() {
  if (!watch_.write_table || !row_.has_origin || totals_.all.stuck || totals_.rounds.empty()) return;
  const auto pass = [&](int number, Duration after) {
    if (watch_.write_table->written_keys() == 0) return AuditResult{};
    return run_phase({.kind = PhaseOrder::Kind::audit, .audit_pass = number, .audit_after = after}).audit;
  };
  const AuditResult first = pass(0, Duration{0});
  if (interrupted_) return;
  totals_.audit = first;
  const Duration ttl = row_.longest_ttl();
  if (ttl == kForever || (!row_.scenario->virtual_clock && ttl > kLongestAwaited)) return;
  const AuditResult second = pass(1, ttl + scaled(ttl, row_.strategy.params.real("ttl_jitter")) + kAfterTtl);
  if (!interrupted_) totals_.audit_after_ttl = second;
}

RunResult RowRun::finish() {
  if (!skipped_ && totals_.rounds.empty()) skip("interrupted before its first round");
  end_workers();
  return row_result(seen());
}

RowSeen RowRun::seen() const {
  RowSeen seen{.row = row_,
               .totals = totals_,
               .interrupted = interrupted_,
               .failed = failed_,
               .skipped = skipped_,
               .loading = loading_,
               .warmup = warmup_,
               .warmup_warnings = warmup_warnings_};
  if (backend_) {
    seen.cache = {.waits_on_socket = backend_->waits_on_socket(),
                  .marks = backend_->marks(),
                  .left = left_,
                  .warning = warning_,
                  .stands_for = backend_->stands_for()};
  }
  if (server_) seen.origin = {.serialized = server_->serialized_by_application()};
  if (faults_) {
    seen.faults = {.killed_cache = faults_->has(Fault::Target::cache, Fault::Action::kill),
                   .killed_process = faults_->has(Fault::Target::process, Fault::Action::kill),
                   .first = {faults_->first(), faults_->first_healed()},
                   .longest_process_stop = faults_->longest_stop_of_a_process()};
  }
  for (const auto& ledger : watch_.ledgers) {
    if (!seen.entries) seen.entries.emplace();
    seen.entries->stored += ledger->entries();
    seen.entries->read += ledger->entries_read();
    seen.entries->failed_stores += ledger->failed_stores();
  }
  seen.files_needed = files_needed(row_, backend_.get());
  seen.clock_warning = clock_warning();
  seen.intrusion = intrusion_;
  return seen;
}

}  // namespace hitbench
