// What the harness itself costs: the row's own client loop over a cache that does nothing, and of that the choice of
// the key. Both are medians over a few batches, since a shared machine interrupts some of them.
#include <algorithm>
#include <array>

#include "engine/app_process.h"
#include "engine/workers.h"
#include "registry.h"

namespace hitbench {
namespace {

constexpr uint64_t kOperations = 20'000;  // a batch: a few milliseconds
constexpr int kBatches = 5;

// A cache without a cost: every read is answered at once, every write is done.
class NoCost final : public Strategy {
 public:
  Answer read(Key, Client&) override { return {.outcome = Outcome::fresh_hit, .found = true}; }
  bool write(Key, NewValue, Client&) override { return true; }
  bool erase(Key, uint64_t, Client&) override { return true; }
};

double median(std::array<double, kBatches> values) {
  std::sort(values.begin(), values.end());
  return values[kBatches / 2];
}

double per_operation(Duration took) { return static_cast<double>(took.count()) / static_cast<double>(kOperations); }

}  // namespace

HarnessCost measure_harness(const RowPlan& row, const Registry& registry) {
  Scenario closed = *row.scenario;
  closed.workload.arrivals = Part{.type = "closed", .name = "closed", .params = {}};
  closed.workload.arrivals.params.put("think", Duration{0});
  RowPlan bare = row;
  bare.scenario = std::make_shared<const Scenario>(closed);

  const std::unique_ptr<Loop> loop = Loop::real();
  const std::atomic<bool> never{false};
  RowWatch watch;  // of its own: what is done here is not the row's
  if (row.scenario->verify) watch.truth = std::make_unique<Truth>(truth_size(bare));
  AppProcess process(bare, {.process = 0, .processes = 1, .clients = closed.app.clients, .connections = 1}, *loop,
                     std::make_unique<NoCost>(), watch, registry, never);
  const std::unique_ptr<Workload> workload = make_workload(closed.workload, closed.seed, 0, 1, registry);
  Rng rng(closed.seed);
  std::string text;
  uint64_t position = 0;

  std::array<double, kBatches> whole{}, choice{};
  for (size_t batch = 0; batch < kBatches; ++batch) {
    Time start = loop->now();
    process.begin({.operations = kOperations, .start = start});
    loop->run();
    whole[batch] = per_operation(process.end().wall);
    start = loop->now();
    uint64_t used = 0;
    for (uint64_t i = 0; i < kOperations; ++i) {
      used += static_cast<uint8_t>(workload->key(workload->next(rng, position++).key, text).text.back());
    }
    asm volatile("" : : "r"(used));  // the choice must not be optimised away
    choice[batch] = per_operation(loop->now() - start);
  }
  return {.ns_per_op = median(whole), .key_choice_ns = median(choice)};
}

}  // namespace hitbench
