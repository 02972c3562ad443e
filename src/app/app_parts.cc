#include "app/app_parts.h"

#include <utility>

#include "app/compose.h"

namespace hitbench {
namespace {

// Streams of an incarnation are those of another scenario, so that none repeats what a dead one drew.
uint64_t stream_seed(uint64_t seed, int incarnation) {
  return incarnation == 0 ? seed : mix64(seed ^ mix64(static_cast<uint64_t>(incarnation)));
}

}  // namespace

AppParts::AppParts(const Setup& setup)
    : row(setup.row),
      shape(setup.shape),
      loop(setup.loop),
      watched(setup.watch),
      seed(stream_seed(row.scenario->seed, shape.incarnation)),
      workload(make_workload(row.scenario->workload, shape.process, shape.processes, setup.registry)),
      arrivals(make_arrivals(row.scenario->workload.arrivals, {.process = shape.process, .processes = shape.processes},
                             setup.registry)),
      rows(row.rows(setup.registry)) {
  for (int i = 0; i < shape.clients; ++i) {
    clients.push_back(std::make_unique<ClientState>(seed, shape.process, i, loop));
  }
}

AppParts::AppParts(const Setup& setup, std::unique_ptr<Strategy> own_strategy) : AppParts(setup) {
  use(std::move(own_strategy), setup.faults);
}

AppParts::AppParts(const Setup& setup, Backend* backend, OriginServer* server) : AppParts(setup) {
  if (backend != nullptr) connect_cache(setup, *backend);
  if (server != nullptr) connect_origin(setup, *server);
  tasks = std::make_unique<Tasks>(loop, Tasks::Access{.cache = cache_in_use(),
                                                      .origin = origin_in_use(),
                                                      .timeout = row.scenario->app.timeout,
                                                      .seed = seed,
                                                      .process = shape.process});
  use(compose_strategy(row.strategy, context(), setup.registry), setup.faults);
  const Params& params = row.strategy.params;
  if (params.has("batch")) batch = static_cast<uint64_t>(params.integer("batch"));
}

void AppParts::connect_cache(const Setup& setup, Backend& backend) {
  const AppSpec& app = row.scenario->app;
  in_process_cache = backend.in_process();
  pipelines =
      backend.waits_on_socket() && !row.cache.traits.blocks_thread && !app.pool_per_operation && !loop.is_virtual();
  const ConnectOptions options{.connections = shape.connections,
                               .timeout = app.timeout,
                               .per_operation = app.pool_per_operation,
                               .seed = mix64(seed ^ static_cast<uint64_t>(shape.process))};
  const auto make = [&to = loop, &backend, options] { return backend.connect(to, options); };
  cache = setup.faults == nullptr ? make() : setup.faults->wrap_cache(loop, setup.dead, make);
  EntryLedger* const log = watched.ledger_of(shape.process);
  if (cache && log != nullptr) watched_cache = watch(*cache, *log, loop, in_process_cache);
}

void AppParts::connect_origin(const Setup& setup, OriginServer& server) {
  origin = server.connect(loop, shape.process);
  // The witness stands at the database: what it completes for a process that has died is known, too.
  if (watched.write_table) watched_origin = watch(*origin, *watched.write_table);
  if (setup.faults != nullptr) faulty_origin = setup.faults->wrap_origin(loop, setup.dead, *origin_in_use());
}

Origin* AppParts::origin_in_use() const {
  if (faulty_origin) return faulty_origin.get();
  return watched_origin ? watched_origin.get() : origin.get();
}

StrategyContext AppParts::context() const {
  return {.verify = row.scenario->verify,
          .process = shape.process,
          .cache_in_process = in_process_cache,
          .loop = &loop,
          .tasks = tasks.get(),
          .rows = rows,
          .key_ttls = row.key_ttls};
}

void AppParts::use(std::unique_ptr<Strategy> made, const Faults* faults) {
  strategy = std::move(made);
  Cache* const front = strategy->front(cache_in_use());
  if (tasks) tasks->use(front);
  for (const auto& state : clients) {
    state->client.cache = front;
    state->client.origin = origin_in_use();
  }
  performer.emplace(Performer::Access{.app = row.scenario->app,
                                      .process = shape.process,
                                      .clients = shape.clients,
                                      .loop = loop,
                                      .strategy = *strategy,
                                      .workload = *workload,
                                      .rows = *rows,
                                      .write_table = watched.write_table.get(),
                                      .has_origin = row.has_origin,
                                      .incarnation = shape.incarnation,
                                      .outage = faults == nullptr ? Duration{0} : faults->longest()});
}

uint64_t AppParts::evictions() const { return cache ? cache->usage().value_or(CacheUsage{}).evictions : 0; }

}  // namespace hitbench
