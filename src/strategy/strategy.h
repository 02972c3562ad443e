// How an application uses cache and origin. One Strategy object serves all clients of a process; its methods run on
// the client's fiber and may wait. A strategy sees Cache, Origin and the clock, nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/dataset.h"
#include "base/key.h"
#include "base/key_ttls.h"
#include "base/outcome.h"
#include "base/part.h"
#include "base/rng.h"
#include "base/time.h"
#include "cache/cache.h"
#include "io/loop.h"
#include "origin/origin.h"

namespace hitbench {

// One simulated request handler of the application, as strategies see it.
struct Client {
  Cache* cache;    // null for strategy none
  Origin* origin;  // null for strategy direct
  Loop& loop;
  Rng& rng;  // for the strategy's own draws (TTL jitter), apart from the operation stream
  int id = 0;
  Time started{};  // when the operation under way began
  Call cache_call = {};
  Call origin_call = {};
  std::string encoded = {};  // scratch for values on their way into the cache

  void set_deadline(Time deadline) { cache_call.deadline = origin_call.deadline = deadline; }
};

struct Answer {
  Outcome outcome = Outcome::failed;
  bool corrupt = false;      // a value was not what was stored; the read counts as failed
  bool injected = false;     // it failed with a load that the scenario lets fail
  bool found = false;        // the key has a value
  uint64_t write_id = 0;     // the write that made it, or erased it
  uint64_t row_version = 0;  // the origin's; 0: the row is as from the start, or its writer put it into the cache
                             // before the origin had it
  MissCause cause = MissCause::unknown;  // of a miss
  Duration load{-1};                     // time spent in the origin, queueing included; negative: it was not asked
};

// The answer that a load gives; `took` includes its queueing.
Answer answer_of(const Loaded& loaded, Duration took);

struct NewValue {
  uint64_t write_id;
  Bytes payload;
};

// What became of the writes that a strategy acknowledged before the origin had them (or refused to), in one phase.
struct WriteQueueCounts {
  uint64_t queued = 0;     // acknowledged before the origin had them
  uint64_t coalesced = 0;  // of these, took the place of one that still waited
  uint64_t peak = 0;       // the most keys that waited at once
  uint64_t flushed = 0;    // stores that the origin took
  uint64_t failed = 0;     // given up after the last attempt: acknowledged, and lost
  uint64_t dropped = 0;    // acknowledged and thrown away at once, because the queue was full
  uint64_t rejected = 0;   // not acknowledged, because the queue was full
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual Answer read(Key key, Client& client) = 0;
  // Several reads of one client in as few round trips as the cache allows. Default: one after the other.
  virtual void read_many(std::span<const Key> keys, std::span<Answer> answers, Client& client);
  // True when the write (the erase) is acknowledged.
  virtual bool write(Key key, NewValue value, Client& client) = 0;
  virtual bool erase(Key key, uint64_t write_id, Client& client) = 0;
  // Puts `key`, whose row is `value` from the start, into the cache before anything runs. Default: a read.
  virtual bool preload(Key key, NewValue value, Client& client);
  virtual bool preloads_through_origin() const { return true; }

  // What this strategy's clients reach the cache through: a strategy may put something in front of it.
  virtual Cache* front(Cache* cache) { return cache; }

  // A phase begins: background jobs start on Tasks. They end when Tasks::ending() is set.
  virtual void begin() {}
  // The clients of a phase have ended: whatever was acknowledged must reach the origin before this returns.
  virtual void drain(Client&) {}

  // Of the phase under way; none: no write is ever kept back.
  virtual std::optional<WriteQueueCounts> write_queue() const { return std::nullopt; }
};

class Tasks;
class Guard;
class WritePath;
class Refresh;
class Ttl;
struct Composition;

// What a strategy is made with, in addition to its own parameters.
struct StrategyContext {
  bool verify = true;             // checksums in the values
  int process = 0;                // of `processes`
  bool cache_in_process = false;  // every process has a cache of its own
  Loop* loop = nullptr;
  Tasks* tasks = nullptr;
  std::shared_ptr<const Rows> rows;
  std::shared_ptr<const KeyTtls> key_ttls = nullptr;  // of keys with a TTL of their own; null: none has
  // Make what a part of these kinds describes: the registry's, which strategies do not see.
  std::function<std::unique_ptr<Guard>(const Part&, const Composition&)> make_guard;
  std::function<std::unique_ptr<WritePath>(const Part&, const Composition&)> make_write_path;
  std::function<std::unique_ptr<Refresh>(const Part&, const Ttl&)> make_refresh;  // of the cached entries
};

}  // namespace hitbench
