// The run's witnesses: a cache that keeps a ledger of its entries, an origin that reports what it has confirmed. Each
// passes every call on and answers as the one behind it does.
#pragma once

#include <memory>
#include <vector>

#include "cache/cache.h"
#include "io/loop.h"
#include "origin/origin.h"
#include "verify/entry_ledger.h"
#include "verify/write_table.h"

namespace hitbench {

// What watches a row; made before the processes are forked. Nothing where the run does not verify.
struct RowWatch {
  std::unique_ptr<WriteTable> write_table;
  std::vector<std::unique_ptr<EntryLedger>> ledgers;  // one, or one for each process

  EntryLedger* ledger_of(int process) const {
    if (ledgers.empty()) return nullptr;
    return ledgers[ledgers.size() == 1 ? 0 : static_cast<size_t>(process)].get();
  }
};

// Fills Call::missed on a miss. Both others outlive it.
std::unique_ptr<Cache> watch(Cache& cache, EntryLedger& ledger, Loop& loop, bool in_process);

std::unique_ptr<Origin> watch(Origin& origin, WriteTable& write_table);

}  // namespace hitbench
