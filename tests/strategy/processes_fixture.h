// Several application processes over one cache: a strategy and tasks each, and a memory cache whose entries expire.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "cache/parts.h"
#include "tests/strategy/strategy_fixture.h"

namespace hitbench {

class ProcessesTest : public StrategyTest {
 protected:
  struct Process {
    std::unique_ptr<Cache> cache;
    std::unique_ptr<Tasks> tasks;
    std::unique_ptr<Strategy> strategy;
  };

  void start_processes(int count, const std::string& json) {
    for (int i = 0; i < count; ++i) {
      Process& process = processes_.emplace_back();
      process.cache = backend_->connect(*loop_, {});
      process.tasks = std::make_unique<Tasks>(
          *loop_, Tasks::Access{
                      .cache = process.cache.get(), .origin = &origin_, .timeout = timeout_, .seed = 1, .process = i});
      process.strategy =
          compose(json, {.process = i, .loop = loop_.get(), .tasks = process.tasks.get(), .rows = rows_});
    }
  }

  // One read of a client of its own, `delay` from now; where its answer goes is kept in the order of the calls.
  struct Read {
    Answer answer;
    Duration took{0};
  };
  void read_at(int process, Duration delay, Duration timeout = seconds(1)) {
    Read& read = reads_.emplace_back();
    Process& home = processes_[static_cast<size_t>(process)];
    loop_->spawn([this, delay, timeout, &read, &home] {
      loop_->sleep_until(loop_->now() + delay);
      Client own{.cache = home.cache.get(), .origin = &origin_, .loop = *loop_, .rng = rng_};
      own.started = loop_->now();
      own.set_deadline(own.started + timeout);
      read.answer = home.strategy->read(kKey, own);
      read.took = loop_->now() - own.started;
    });
  }

  int64_t count(Outcome outcome) const {
    return std::count_if(reads_.begin(), reads_.end(),
                         [&](const Read& each) { return each.answer.outcome == outcome; });
  }

  static std::unique_ptr<Backend> shared_memory() {
    Params params;
    for (const char* unset : {"bytes", "entries", "latency"}) params.put(unset, std::monostate{});
    params.put("shared", true);
    auto made = make_memory(params, {.virtual_time = true});
    made->start();
    return made;
  }

  std::unique_ptr<Backend> backend_ = shared_memory();
  std::deque<Process> processes_;
  std::deque<Read> reads_;
};

}  // namespace hitbench
