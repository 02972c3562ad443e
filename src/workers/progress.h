// Whether the application processes of a row move at all: each counts up, in memory that it shares with its parent,
// while its loop turns. One that was stopped from outside, or hangs, would keep a phase of operations waiting for ever.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "io/shared_memory.h"

namespace hitbench {

struct RowPlan;

class Progress {
 public:
  // Before any fork.
  explicit Progress(size_t processes);

  // What a process counts in.
  std::atomic<uint64_t>& beats_of(size_t process) const {
    return static_cast<std::atomic<uint64_t>*>(beats_.at())[process];
  }

  // In the parent: what was seen so far does not count.
  void begin(size_t process) { seen_[process].still = Duration{0}; }
  // At least every `longest`: time in which we ourselves could not look, because all of us were stopped, does not
  // count.
  void look(Time now, Duration longest);
  // For how long a process has not moved.
  Duration still(size_t process) const { return seen_[process].still; }

 private:
  struct Seen {
    uint64_t beats = 0;
    Duration still{0};
  };

  const SharedMapping beats_;
  std::vector<Seen> seen_;
  Time looked_{};
};

// Without a sign of life for longer than this a process of the row hangs. A cache that blocks its thread does so for a
// whole operation.
Duration longest_still(const RowPlan& row);

// What to say of a process that does not move.
Error stands_still(size_t process, pid_t pid, Duration since);

}  // namespace hitbench
