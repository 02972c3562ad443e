// The seam of every origin: the source of truth behind the cache. An OriginServer is the one database behind all
// application processes; an Origin is one process' access to it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/call.h"
#include "base/dataset.h"
#include "base/duration_distribution.h"
#include "base/key.h"
#include "base/part.h"
#include "base/time.h"

namespace hitbench {

class Loop;

struct Loaded {
  enum class Status { found, absent, failed } status = Status::failed;
  uint64_t write_id = 0;     // the write that made this value, or erased the row
  uint64_t row_version = 0;  // counts the row's writes, erasures included; 0: as it was before the run
  Duration took{0};          // service time alone, without queueing
  bool injected = false;     // it failed because the scenario says so
  Bytes value;               // the payload; lies in the Call's buffer until that Call is used again
};

struct Committed {
  bool ok = false;
  uint64_t row_version = 0;
};

class Origin {
 public:
  virtual ~Origin() = default;
  virtual Loaded load(Key key, Call& call) = 0;
  virtual Committed store(Key key, uint64_t write_id, Bytes payload, Call& call) = 0;
  virtual Committed erase(Key key, uint64_t write_id, Call& call) = 0;
  // The row as it is, for a check after the run: where it can be, without queue, service time and count.
  virtual Loaded inspect(Key key, Call& call) { return load(key, call); }
};

// Since the last begin_measuring(), over all processes.
struct OriginUsage {
  uint64_t loads = 0;            // begun
  uint64_t stores = 0;           // begun; erases included
  uint64_t failed = 0;           // loads and stores
  uint64_t refused_by_disk = 0;  // of the failed: a real database could not write its file
  // How often a key that nobody loaded began to be loaded: loads of one key that overlap belong to one expiry (or one
  // invalidation, or one first read).
  uint64_t expiries = 0;
  uint64_t peak_concurrent_loads = 0;
  uint64_t peak_concurrent_loads_per_key = 0;
  uint64_t queued = 0;           // loads and stores that found all servers busy
  Duration queue_wait_total{0};  // that they waited
};

class OriginServer {
 public:
  virtual ~OriginServer() = default;  // removes what start() made

  // In the parent, before any fork: makes the shared state or the database file and fills it. Throws Error.
  virtual void start(std::shared_ptr<const Rows> rows) = 0;
  // In the application process.
  virtual std::unique_ptr<Origin> connect(Loop& loop, int process) = 0;
  virtual void begin_measuring() = 0;
  virtual OriginUsage usage() const = 0;
  virtual std::string version() const = 0;                          // "simulated", "sqlite 3.40.1"
  virtual bool serialized_by_application() const { return false; }  // loads of one process never overlap
};

struct OriginContext {
  uint64_t seed = 1;
  int clients = 1;  // over all processes: how many loads can be under way at once
  // While it is true, every load and store fails; null: never. Lies in memory that all processes share.
  const std::atomic<bool>* failing = nullptr;
  bool fails_now() const { return failing != nullptr && failing->load(std::memory_order_relaxed); }
  const std::atomic<bool>* interrupted = nullptr;  // Ctrl-C: nobody waits for start() any more; null: never
  // Makes the distribution that a part of kind "latency" describes: the registry's, which origins do not see.
  std::function<std::unique_ptr<DurationDistribution>(const Part& part)> make_latency;
};

}  // namespace hitbench
