// What breaks while a row is measured. The parent begins and heals faults; every application process sees them through
// flags in memory that all of them share, made before any fork. A row without faults has none of this.
//
// A private server is killed and stopped by signals; an in-process cache, and what no signal reaches, breaks in front
// of it: FaultyCache and FaultyOrigin stand between a process and what it calls.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/fault.h"
#include "cache/cache.h"
#include "io/loop.h"
#include "io/shared_memory.h"
#include "origin/origin.h"

namespace hitbench {

// Whether calls to one side get through. Its event belongs to the loop of virtual time; real processes look again.
class FaultPoint {
 public:
  struct Flags {
    std::atomic<bool> stopped, failing;
    std::atomic<int64_t> delay_ns;
  };
  explicit FaultPoint(Flags& flags) : flags_(flags) { opened_.set(); }

  void begin(const Fault& fault);
  void heal(const Fault& fault);

  // Waits while nothing is answered, and as long as calls are slowed; false: the deadline came first.
  bool pass(Loop& loop, Time deadline);
  const std::atomic<bool>& failing() const { return flags_.failing; }

 private:
  Flags& flags_;
  Event opened_;
};

class Faults {
 public:
  // Of one row. `backend` is null for strategy none.
  Faults(std::vector<Fault> faults, Backend* backend);

  const std::vector<Fault>& all() const { return all_; }
  bool has(Fault::Target target, Fault::Action action) const;
  Duration first() const;    // when the first begins
  Duration longest() const;  // that something is away or troubled; to the end does not count
  Duration longest_stop_of_a_process() const;

  // What was broken works again (a killed server answers, a killed process measures), `since_start` of measuring.
  void note_healed(size_t number, Duration since_start);
  // Of what begins first, when all of it was healed; none where that was not while the row was measured.
  std::optional<Duration> first_healed() const;

  // In the parent: of cache and origin; a process is its worker's business. heal() returns when a killed server answers
  // again; throws Error{environment}.
  void begin(const Fault& fault);
  void heal(const Fault& fault);

  // Called in the parent whenever the cache may have lost its contents, just before it does.
  void tell_of_losses(std::function<void()> listener) { cache_is_lost_ = std::move(listener); }
  // For OriginContext::failing.
  const std::atomic<bool>& origin_failing() const { return origin_.failing(); }

  // In an application process: its way to the cache and to the origin. After `dead` has become true nothing gets
  // through any more. `connect` makes the access to the cache, and makes an in-process one again when it was killed.
  std::unique_ptr<Cache> wrap_cache(Loop& loop, const bool& dead, std::function<std::unique_ptr<Cache>()> connect);
  // What the origin has begun for a process that dies it completes: in virtual time on a fiber of its own.
  std::unique_ptr<Origin> wrap_origin(Loop& loop, const bool& dead, Origin& behind);

 private:
  struct Shared {
    FaultPoint::Flags cache, origin;
    std::atomic<uint64_t> generation;  // counts the kills of the cache
  };

  const std::vector<Fault> all_;
  std::vector<std::optional<Duration>> healed_;  // of each
  Backend* const backend_;
  std::function<void()> cache_is_lost_ = [] {};
  const SharedMapping mapping_;
  Shared* const shared_;
  FaultPoint cache_, origin_;
};

// The faults of one phase in the order of their times: each begins once and is healed once, the latest at `end`.
struct FaultStep {
  Time due;
  size_t number;  // of the fault
  Fault fault;
  bool heals;
  bool at_end = false;  // it heals only because the measuring ends
};

class FaultSteps {
 public:
  FaultSteps(const std::vector<Fault>& faults, Time start, Time end);

  Time next_due() const { return next_ < steps_.size() ? steps_[next_].due : kNever; }
  // The next step that is due by `now`.
  std::optional<FaultStep> take(Time now);
  // The phase is over: what has begun and was not healed; nothing is due any more.
  std::vector<FaultStep> finish();

 private:
  std::vector<FaultStep> steps_;
  size_t next_ = 0;
};

}  // namespace hitbench
