// Which operations arrive, on which keys, with which sizes, when. Everything is drawn from the Rng handed in, and is
// equal on every machine: no libm, no order that depends on who asks first.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/dataset.h"
#include "base/duration_distribution.h"
#include "base/key.h"
#include "base/rng.h"
#include "base/time.h"
#include "scenario/scenario.h"

namespace hitbench {

struct Registry;

// Draws keys from [0, count). Stateless: one object serves every client.
class KeyDistribution {
 public:
  virtual ~KeyDistribution() = default;
  // `position` counts the stream's draws, from 0 (sequential and trace follow it); `newest` is the number of keys
  // that exist now (count + inserts that have ended), which `latest` follows.
  virtual uint64_t next(Rng& rng, uint64_t position, uint64_t newest) const = 0;
  // Of drawing `key` when nothing has been inserted; where the order is fixed, its share of one pass.
  virtual double probability(uint64_t key) const = 0;
  // Draws nothing and only follows `position`.
  virtual bool in_order() const { return false; }
  // Draws how far back from the newest key.
  virtual bool from_newest() const { return false; }
  // A trace brings its keys along: how many, and what each is called. Others have as many as they are asked for, and
  // their texts are made from the ids.
  virtual uint64_t own_keys() const { return 0; }
  virtual std::string_view own_text(uint64_t /*key*/) const { return {}; }
  // The size of a key's value, where it comes with the key.
  virtual std::optional<uint32_t> own_value_bytes(uint64_t /*key*/) const { return std::nullopt; }
  // Why it is probably not what was meant; else empty.
  virtual std::string doubt() const { return {}; }
};

// `part` names a row of the registry's keys; `count` is how many keys there are, unless they come with it.
std::unique_ptr<KeyDistribution> make_keys(const Part& part, uint64_t count, const Registry& registry);

// Sizes of whole stored values, in bytes. A pure function of (seed, key).
class ValueSizes {
 public:
  virtual ~ValueSizes() = default;
  virtual uint32_t size(Rng& rng) const = 0;  // one draw, from an Rng made from (seed, key)
  virtual double mean() const = 0;
  // None is larger; empty where that is a cut that hardly any reaches.
  virtual std::optional<uint32_t> largest() const { return std::nullopt; }
};

enum class Action : uint8_t { read, write, erase, insert, modify };

struct Operation {
  Action action = Action::read;
  uint64_t key = 0;
  // What was drawn, where that is not the key: which key it is then depends on how far the other clients of the process
  // are. 0: the key.
  uint64_t drawn = 0;
};

// The operations of one application process. Not thread-safe; the thread model gives each thread its own.
class Workload {
 public:
  virtual ~Workload() = default;
  // Draws the next operation of a stream. `position` is its place in the process' order of operations, which sequential
  // keys and traces follow: n in an open loop; n * clients + client for the n-th of a client in a closed one, so that
  // the clients share one pass.
  virtual Operation next(Rng& rng, uint64_t position) = 0;
  // Writes the key's text into `out` (reused) and returns it.
  virtual Key key(uint64_t id, std::string& out) const = 0;
  virtual uint64_t key_count() const = 0;
  // An insert has ended, acknowledged or not; to be told of every one. Until then no operation asks for its key, nor
  // for keys whose inserts began after it, as in YCSB (AcknowledgedCounterGenerator).
  virtual void inserted(uint64_t key) = 0;
  // One operation's part of the run's checksum; the sum of all does not depend on the order across clients. The ids of
  // inserted and of absent keys do (they are counted over the process), so these count as "inserted" and "absent"; of
  // other keys that do, it has what was drawn. `stream`: mix64 of its number, which does not change.
  static uint64_t checksum(const Operation& operation, uint64_t stream, uint64_t position);
};

// `process` of `processes`: inserted keys are its own (count + n * processes + process). After kInsertable inserts in
// all, the oldest inserted keys are written again.
inline constexpr uint64_t kInsertable = uint64_t{1} << 26;
std::unique_ptr<Workload> make_workload(const WorkloadSpec& spec, int process, int processes, const Registry& registry);

// The data set that belongs to a workload: payload sizes are value_bytes - envelope.
std::shared_ptr<const Rows> make_rows(const WorkloadSpec& spec, uint64_t seed, uint32_t envelope_bytes,
                                      const Registry& registry);

// Whether a key is among the `share` of all that the cache is given first: a pure function of (seed, key), so that hot
// keys are among them as often as others. A larger share has the keys of a smaller one.
bool is_preloaded(uint64_t seed, uint64_t key, double share);

// Which of the application processes.
struct ProcessPlace {
  int process = 0;
  int processes = 1;
};

// When operations are due. One schedule a process; shared by its clients in an open loop.
class Arrivals {
 public:
  enum class Loop { closed, open, barrier };
  virtual ~Arrivals() = default;
  virtual Loop loop() const = 0;
  virtual Duration next_gap(Rng& rng) = 0;  // closed: think time; open: gap to the next due time; barrier: `every`
  // How long after the start a process' first operation is due: constant arrivals of several processes would else all
  // come at once.
  virtual Duration first_due(int /*process*/, Rng& /*rng*/) { return Duration{0}; }
  // How many there are, of a recorded trace.
  virtual uint64_t operations() const { return UINT64_MAX; }
  // A trace goes on without a process that was killed: `passed` of it is over when it comes back, and what was due by
  // then is left out. How many operations those are; the first gap is then that of the first one after.
  virtual uint64_t skip_to(Duration /*passed*/) { return 0; }
};

std::unique_ptr<Arrivals> make_arrivals(const Part& part, const ProcessPlace& place, const Registry& registry);

}  // namespace hitbench
