// One application process' parts and phase on a virtual clock, over a strategy that notes what it is asked.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/app_parts.h"
#include "app/phase_run.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {

struct NotingStrategy final : Strategy {
  struct Read {
    uint64_t key;
    Time at;
    int client;
  };
  std::vector<Read> reads;
  std::vector<size_t> batches;  // how many keys each had
  std::vector<uint64_t> loaded;
  Duration takes{0};
  bool loads_through_origin = false;

  Answer read(Key key, Client& client) override {
    reads.push_back({key.id, client.loop.now(), client.id});
    if (takes > Duration{0}) client.loop.sleep_until(client.loop.now() + takes);
    return {.outcome = Outcome::fresh_hit, .found = true};
  }
  void read_many(std::span<const Key> keys, std::span<Answer> answers, Client& client) override {
    batches.push_back(keys.size());
    Strategy::read_many(keys, answers, client);
  }
  bool write(Key, NewValue, Client&) override { return true; }
  bool erase(Key, uint64_t, Client&) override { return true; }
  bool preload(Key key, NewValue, Client&) override {
    loaded.push_back(key.id);
    return true;
  }
  bool preloads_through_origin() const override { return loads_through_origin; }

  std::vector<uint64_t> keys() const {
    std::vector<uint64_t> all;
    for (const Read& read : reads) all.push_back(read.key);
    return all;
  }
};

class OneProcess {
 public:
  explicit OneProcess(const std::string& scenario, const AppShape& shape = {.clients = 1})
      : rows(plan_of(scenario)),
        phase(*loop, stop),
        strategy(new NotingStrategy),
        parts({rows.front(), shape, *loop, watch, registry(), nullptr, phase.dead},
              std::unique_ptr<Strategy>(strategy)) {}

  // Opens a phase that starts now, with `grace` for an open loop's backlog.
  void begin(PhaseOrder order, Duration grace = std::chrono::seconds(1)) {
    order.start = loop->now();
    phase.begin(order, grace);
    parts.performer->begin(phase.outcome, 1, order.start, false);
    for (const auto& client : parts.clients) client->done = 0;
  }

  // Each client's part on its fiber, to the end.
  template <class Part>
  void run_clients(Part part) {
    for (const auto& client : parts.clients) loop->spawn([part, &state = *client] { part(state); });
    loop->run();
  }

  std::vector<RowPlan> rows;
  std::unique_ptr<Loop> loop = Loop::virtual_time();
  std::atomic<bool> stop{false};
  RowWatch watch;
  PhaseRun phase;
  NotingStrategy* strategy;  // the parts own it
  AppParts parts;
};

}  // namespace hitbench
