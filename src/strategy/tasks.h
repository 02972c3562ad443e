// Background work of one application process: refreshes, flushes, loads that several clients wait for. Each task has
// its own fiber, its own buffers and its own deadline, so that no client's timeout ends it. Their number is bounded;
// what is refused is counted and is for the caller to do itself, or to leave.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "strategy/strategy.h"

namespace hitbench {

class Tasks {
 public:
  struct Access {
    Cache* cache = nullptr;
    Origin* origin = nullptr;
    Duration timeout = std::chrono::seconds(1);  // of each operation of a task
    uint64_t seed = 1;                           // of the tasks' own draws
    int process = 0;
  };
  // The most that run at once: far more than clients that can wait for them in any shipped scenario, and few enough
  // for their stacks (64 KiB each, as far as they are touched).
  static constexpr int kMost = 1024;

  Tasks(Loop& loop, const Access& access);
  ~Tasks();
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;

  // What the tasks' clients reach the cache through, when that is not known at the start.
  void use(Cache* cache) { access_.cache = cache; }

  // False: too many run already; nothing was begun. The client's deadline is set; a task that does more than one
  // operation calls next_operation() before each.
  bool spawn(std::function<void(Client&)> body);
  void next_operation(Client& client) const;

  // Set when a phase's clients have ended: periodic tasks end, too. The engine sets and clears it.
  Event& ending() { return ending_; }

  // Waits, on a fiber, until no task runs.
  void drain();

  Duration timeout() const { return access_.timeout; }
  int running() const { return running_; }
  uint64_t started() const { return started_; }
  uint64_t refused() const { return refused_; }

 private:
  struct Worker;

  Loop& loop_;
  Access access_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Worker*> idle_;
  Event ending_;
  Event quiet_;  // no task runs
  int running_ = 0;
  uint64_t started_ = 0, refused_ = 0;
};

}  // namespace hitbench
