// The run's witnesses: a cache that keeps account of its copies, an origin that reports what it has confirmed. Each
// passes every call on and answers as the one behind it does.
#pragma once

#include <memory>
#include <vector>

#include "cache/cache.h"
#include "io/loop.h"
#include "origin/origin.h"
#include "verify/copy_log.h"
#include "verify/truth.h"

namespace hitbench {

// What watches a row; made before the processes are forked. Nothing where the run does not verify.
struct RowWatch {
  std::unique_ptr<Truth> truth;
  std::vector<std::unique_ptr<CopyLog>> copies;  // one, or one for each process

  CopyLog* copies_of(int process) const {
    if (copies.empty()) return nullptr;
    return copies[copies.size() == 1 ? 0 : static_cast<size_t>(process)].get();
  }
};

// Fills Call::missed on a miss. Both others outlive it.
std::unique_ptr<Cache> watch(Cache& cache, CopyLog& log, Loop& loop, bool in_process);

std::unique_ptr<Origin> watch(Origin& origin, Truth& truth);

}  // namespace hitbench
