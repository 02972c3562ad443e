// What the harness itself costs: the row's own client loop over a cache that does nothing, and of that the choice of
// the key. Both are CPU time, for what others take of a shared machine is no cost of ours, and medians over a few
// batches, for interruptions also empty the CPU's caches.
#include <time.h>

#include <algorithm>
#include <vector>

#include "app/app_process.h"
#include "registry.h"
#include "stats/hodges_lehmann.h"
#include "workers/workers.h"

namespace hitbench {
namespace {

constexpr uint64_t kOperations = 20'000;  // a batch: a few milliseconds
constexpr size_t kBatches = 5;
// Where operations take long (a write of 100 KB makes a value in 20 us), a batch has fewer, but so many that its begin,
// which costs something for each client, is little of it.
constexpr double kBatchNs = 20e6;
constexpr uint64_t kFewestOperations = 1000, kFewestOfAClient = 20;

// A cache without a cost: every read is answered at once, every write is done.
class NoCost final : public Strategy {
 public:
  Answer read(Key, Client&) override { return {.outcome = Outcome::fresh_hit, .found = true}; }
  bool write(Key, NewValue, Client&) override { return true; }
  bool erase(Key, uint64_t, Client&) override { return true; }
};

double thread_cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

// CPU time of the thread, in ns/op.
template <class Batch>
double cost_of(uint64_t operations, Batch batch) {
  const double start = thread_cpu_ns();
  batch();
  return (thread_cpu_ns() - start) / static_cast<double>(operations);
}

// How many operations a batch has. `run`: one of so many, which returns its cost in ns/op.
template <class RunBatch>
uint64_t batch_size(int clients, RunBatch run) {
  const uint64_t fewest = std::clamp(kFewestOfAClient * static_cast<uint64_t>(clients), kFewestOperations, kOperations);
  return std::clamp(static_cast<uint64_t>(kBatchNs / std::max(1.0, run(fewest))), fewest, kOperations);
}

}  // namespace

HarnessCost measure_harness(const RowPlan& row, const Registry& registry) {
  Scenario closed = *row.scenario;
  closed.workload.arrivals = Part{.type = "closed", .name = "closed", .params = {}};
  Part at_once{.type = "fixed", .name = "fixed", .params = {}};
  at_once.params.put("value", Duration{0});
  closed.workload.arrivals.params.put("think", std::make_shared<const Part>(at_once));
  RowPlan bare = row;
  bare.scenario = std::make_shared<const Scenario>(closed);

  const std::unique_ptr<Loop> loop = Loop::real();
  const std::atomic<bool> never{false};
  RowWatch watch;  // of its own: what is done here is not the row's
  if (row.scenario->verify) watch.write_table = std::make_unique<WriteTable>(write_table_size(bare));
  AppProcess process(bare, {.process = 0, .processes = 1, .clients = closed.app.clients, .connections = 1}, *loop,
                     std::make_unique<NoCost>(), watch, registry, never);
  const std::unique_ptr<Workload> workload = make_workload(closed.workload, 0, 1, registry);
  Rng rng(closed.seed);
  std::string text;
  uint64_t position = 0;

  const auto run = [&](uint64_t operations) {
    process.begin({.operations = operations, .start = loop->now()});
    const double cost = cost_of(operations, [&] { loop->run(); });
    process.end();
    return cost;
  };
  std::vector<double> whole(kBatches), choice(kBatches);
  const uint64_t operations = batch_size(closed.app.clients, run);
  for (size_t batch = 0; batch < kBatches; ++batch) {
    whole[batch] = run(operations);
    choice[batch] = cost_of(kOperations, [&] {
      uint64_t used = 0;
      for (uint64_t i = 0; i < kOperations; ++i) {
        used += static_cast<uint8_t>(workload->key(workload->next(rng, position++).key, text).text.back());
      }
      asm volatile("" : : "r"(used));  // the choice must not be optimized away
    });
  }
  return {.ns_per_op = median(whole), .key_choice_ns = median(choice)};
}

}  // namespace hitbench
