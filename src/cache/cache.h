// The seam of every cache. A Backend is one cache service: the parent process starts and stops it. A Cache is an
// application process' access to it, shared by all clients (fibers) of that process. Caches see bytes; what the
// bytes mean is the strategy's business.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/fault.h"
#include "base/key.h"
#include "base/tally.h"
#include "base/time.h"
#include "io/thread_times.h"

namespace hitbench {

class Loop;
struct CalibratedTimes;
struct Part;

struct Lookup {
  enum class Status { hit, miss, failed } status = Status::failed;
  Bytes value;  // a hit's value; it lies in the Call's buffer until that Call is used again
};

enum class Stored { stored, not_stored, failed };

// Looking up several keys in one round trip.
class Batch {
 public:
  virtual ~Batch() = default;
  // Calls found(i, lookup) once for every key, in any order; a value is valid during that call only. `found` must not
  // wait, nor use this cache.
  virtual void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) = 0;
};

// Deleting what one owns: the unlock of a lock. Atomic on the server.
class Owned {
 public:
  virtual ~Owned() = default;
  // Erases the key if it holds exactly `token`, which lies elsewhere than in the call. not_stored: it was gone, or is
  // another's by now.
  virtual Stored erase_if(Key key, Bytes token, Call& call) = 0;
};

// A write that was acknowledged and still has to reach the origin.
struct QueuedWrite {
  std::string key;
  uint64_t key_id = 0;
  uint64_t write_id = 0;  // tells one write of a key from the next
  bool erased = false;
  std::string payload;
};

// Write-behind's queue: one write a key, the newest; the keys in the order in which they began to wait. On a server it
// is one queue behind all processes, each call is atomic, and it lives as long as the server's data.
class Queue {
 public:
  virtual ~Queue() = default;

  // coalesced: it took the place of an older write of its key, which was not stored yet. full: `most` keys wait
  // already, and this is none of them.
  enum class Put { queued, coalesced, full, failed };
  virtual Put put(const QueuedWrite& write, Time now, uint64_t most, Call& call) = 0;

  // The write of that key, if one waits.
  enum class Sought { found, nothing, failed };
  virtual Sought find(Key key, QueuedWrite& found, Call& call) = 0;

  // Who takes: one flusher at a time, which holds the queue for `lease` from its last take on.
  struct Taker {
    std::string_view token;
    Duration lease;
  };
  // Gives up to `most` writes, the oldest first, if so many wait or the oldest has waited since `since`; they stay in
  // the queue until they are settled.
  struct Taken {
    enum class Status { yours, anothers, failed } status = Status::failed;
    uint64_t waiting = 0;  // keys in the queue
    Time oldest = kNever;  // since when the first of them has waited
    std::vector<QueuedWrite> writes = {};
  };
  virtual Taken take(const Taker& taker, uint64_t most, Time since, Call& call) = 0;
  // Removes those that are still what they were; where there is a newer write of the key, it begins to wait at `now`.
  // False: nobody knows.
  virtual bool settle(std::span<const QueuedWrite> done, Time now, Call& call) = 0;
  // Lets another flusher take, before the lease ends.
  virtual void leave(const Taker& taker, Call& call) = 0;
};

// What an in-process cache holds now (a server's figures come from Backend::usage).
struct CacheUsage {
  uint64_t entries = 0;
  uint64_t evictions = 0;
  std::optional<uint64_t> memory_bytes;
};

// What one process has asked a server since it began, to be held against what the server counted.
struct Traffic {
  uint64_t begun = 0;      // commands that the server may have counted
  uint64_t completed = 0;  // of these, what it must have counted: it answered, and not with an error
  uint64_t shared = 0;     // calls behind another one on the same connection
  bool bounded = true;     // false: it may have counted more; scripts, or somebody died with the count

  void add(const Traffic& more) {
    begun += more.begun;
    completed += more.completed;
    shared += more.shared;
    bounded = bounded && more.bounded;
  }
};

class Cache {
 public:
  virtual ~Cache() = default;

  // Each may wait, up to the call's deadline; a failure (dead server, timeout, bad reply) is a value, never thrown.
  virtual Lookup get(Key key, Call& call) = 0;
  // `ttl` is kForever or positive; a physical limit that may be later than asked (memcached rounds up to seconds).
  virtual Stored set(Key key, Bytes value, Duration ttl, Call& call) = 0;
  // Stores only if the key is not there: else not_stored.
  virtual Stored add(Key key, Bytes value, Duration ttl, Call& call) = 0;
  // stored: it was there and is gone; not_stored: it was not there.
  virtual Stored erase(Key key, Call& call) = 0;

  // What not every cache can: null where it cannot.
  virtual Batch* batch() { return nullptr; }
  virtual Owned* owned() { return nullptr; }
  virtual Queue* queue() { return nullptr; }

  // Null where the cache is a server's.
  virtual std::optional<CacheUsage> usage() const { return std::nullopt; }
  // Empty where it is not.
  virtual std::optional<Traffic> traffic() const { return std::nullopt; }

  // What its server refused, in its words, and why calls came to nothing (cache/server_words.h), since this was last
  // asked.
  virtual Tally take_words() { return {}; }

  // On a user's own server: removes every key that this process stored, on a fiber, and calls `progress` for each.
  // Returns how many it could not remove. Elsewhere there is nothing to do.
  virtual uint64_t remove_own_keys(const std::function<void()>& /*progress*/) { return 0; }
};

// How coarsely a server that evicts what was used least recently knows when that was.
struct CoarseUses {
  Duration turnover{0};  // it takes entries for equally old that are all replaced in less
  std::string why;       // "its LRU compares times of a clock that ticks once a second"
};

struct BackendUsage {
  std::string version;                   // "redis 7.0.15"
  std::optional<uint64_t> memory_bytes;  // of the data with all that belongs to it, by the server's own account
  std::optional<uint64_t> rss_bytes;     // of its process
  std::string allocator;                 // "jemalloc-5.2.1"; empty where it does not tell
  std::optional<uint64_t> evictions;     // since start
  std::optional<uint64_t> unfetched;     // evicted or expired since start without having been read
  std::optional<uint64_t> entries;
  std::optional<uint64_t> commands;  // processed since start
  std::optional<Duration> cpu;       // user + system since start
  std::optional<uint64_t> pid;
  std::optional<uint64_t> limit_bytes;          // of memory, before it evicts or refuses; 0: none
  std::optional<uint64_t> used_bytes;           // of that
  std::optional<uint64_t> client_buffer_bytes;  // of that, what its connections take now
  std::string policy;                           // what it evicts: "allkeys-lru"; empty where it has no name
  std::optional<CoarseUses> coarse_uses;
};

// What a row will keep in the cache, as far as that can be told beforehand.
struct DataSet {
  uint64_t entries = 0;
  uint64_t bytes = 0;  // of keys, but for the prefix, and values
  uint64_t connections = 0;
  bool expires = true;  // the strategy gives its cached entries a TTL
};

// What a run leaves on a user's own server while it lasts.
struct KeyMarks {
  std::string prefix;
  Duration ttl = kForever;  // of every key, at most
};

// What every server of a kind refuses, as far as that is known before it runs; empty where there is no limit.
struct CacheLimits {
  std::optional<uint64_t> key_bytes;  // of a whole key
  uint64_t prefix_bytes = 0;          // of these, for the prefix
  std::optional<uint64_t> item_bytes;
  uint64_t item_overhead_bytes = 0;  // of an item, in addition to key and value
};

// "hitbench:", 26 letters, ":", the row's number, ":": what keys begin with on a user's own server takes so much at
// most.
inline constexpr size_t kRunPrefixBytes = 42;

struct ConnectOptions {
  int connections = 1;  // clients above this number share connections
  Duration timeout = std::chrono::seconds(1);
  bool per_operation = false;  // a fresh connection for each call (pool: per_operation)
  uint64_t seed = 1;           // for backoff jitter
};

class Backend {
 public:
  virtual ~Backend() = default;  // stops what start() started

  // In the parent, before any fork. Throws Error: unavailable (skips the row) or environment (exit 1).
  virtual void start() {}
  virtual void stop() {}

  // In the application process. All connections are made here, before anything is measured; throws Error{environment}.
  virtual std::unique_ptr<Cache> connect(Loop& loop, const ConnectOptions& options) = 0;

  // In the parent, while the application runs: kills or stops the cache, and brings it back. Never on a user's server.
  // heal() returns when the server answers again; throws Error{environment}.
  virtual void fault(const Fault&) {}
  virtual void heal(const Fault&) {}

  // In the parent, between phases.
  virtual BackendUsage usage() { return {}; }
  // Of the server's processes, where they are on this machine and can be told.
  virtual std::optional<ThreadTimes> thread_times() { return std::nullopt; }

  // In the parent, while the application runs (often, so it costs nothing) and after: throws Error{environment} when a
  // server that start() started has died though no fault() killed it.
  virtual void look_after() {}
  // After each round, behind usage(): whether a server of our own is still the one that start() started, reached by
  // nobody but us; throws Error{environment} if it is not. `ours` is of all processes since start(). Returns why the
  // round must not count, where only the counters say so; else nothing.
  virtual std::string intrusion(const Traffic& /*ours*/) { return {}; }
  // On a user's own server; elsewhere there is nothing to do. In the parent, before anything is loaded: throws
  // Error{environment} where the data set would drive out what is theirs, or returns the warning where the scenario
  // allows it.
  virtual std::string make_room_for(const DataSet&) { return {}; }
  // In the parent, while the row runs: throws Error{environment} once the server has evicted a key since, unless
  // allowed.
  virtual void check_evictions() {}
  virtual std::optional<KeyMarks> marks() const { return std::nullopt; }

  virtual CacheLimits limits() const { return {}; }

  // Of a twin, what it is a model of and where its times are from, for whoever reads its figures; else empty.
  virtual std::string stands_for() const { return {}; }

  virtual bool in_process() const { return false; }  // each process has its own
  virtual bool waits_on_socket() const {
    return false;
  }  // or, a twin, on what stands for one: client CPU judges its rows
};

// What a backend is told beyond its own parameters.
struct BackendContext {
  bool virtual_time = false;
  uint64_t seed = 1;  // of what a cache draws in virtual time
  // Of this machine, for twins; null: those that are shipped. They outlive the backend.
  const CalibratedTimes* times = nullptr;
  // For a user's server: every key begins with this, and is gone after that time even if nobody removes it.
  std::string key_prefix;
  Duration key_ttl = kForever;
  const std::atomic<bool>* interrupted = nullptr;  // Ctrl-C: nobody waits for a server any more
  // Makes the backend of another cache, for one that stands on it and starts and stops it: the registry's, which caches
  // do not see. Works as long as the row runs. Throws Error{unavailable}.
  std::function<std::unique_ptr<Backend>(const Part& cache)> make_backend = {};
};

}  // namespace hitbench
