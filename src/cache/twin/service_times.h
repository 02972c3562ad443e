// How long a cache server's operations take, as measured on a machine: what a twin draws its times from. A calibration
// of this machine where there is one, else figures that are shipped (default_times, which name their source).
//
// Two distributions for each kind of operation and size of value: the round trip, which one client alone sees from its
// call to its answer, and the service, which is the part of it that keeps a thread of the server busy. The difference
// is the way there and back, and waking up on both sides: of this nobody else waits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace hitbench {

enum class TwinOperation : uint8_t {
  get_hit,
  get_miss,
  set,
  erase,
  batch_key,  // each further key of a batch, in addition to the first
  script,     // what one short script takes: an unlock, a step of the write queue
  connect,    // a connection of its own, in addition to the call over it
  append,     // a write that is appended to a log, in addition to the write
  sync,       // a write that waits until the log is on disk, in addition to both
};
inline constexpr size_t kTwinOperations = 9;

// A distribution, by the values at fixed probabilities; linear between them.
struct TimeQuantiles {
  static constexpr std::array<double, 9> kProbabilities = {0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1};

  std::array<Duration, kProbabilities.size()> at = {};  // never falling

  static TimeQuantiles constant(Duration time);
  Duration draw(double uniform) const;  // `uniform`: in [0, 1]
  Duration least() const { return at.front(); }
};

struct TimesAtSize {
  uint64_t value_bytes = 0;
  TimeQuantiles round_trip, service;
};

// Of one server over one transport.
class ServiceTimes {
 public:
  // `sizes` by rising value_bytes; not empty.
  void put(TwinOperation operation, std::vector<TimesAtSize> sizes);
  const std::vector<TimesAtSize>& of(TwinOperation operation) const {  // empty where it was not measured
    return operations_[static_cast<size_t>(operation)];
  }
  bool has(TwinOperation operation) const { return !of(operation).empty(); }

  // Drawn by one number in [0, 1] each. Between two sizes linear in the size, beyond the largest along the last two,
  // below the smallest the same as there. An operation that was not measured takes no time.
  Duration round_trip(TwinOperation operation, uint64_t value_bytes, double uniform) const;
  Duration service(TwinOperation operation, uint64_t value_bytes, double uniform) const;
  // What no round trip is below, the service taken off.
  Duration least_way() const;

 private:
  Duration drawn(TwinOperation operation, uint64_t value_bytes, double uniform,
                 TimeQuantiles TimesAtSize::*which) const;

  std::array<std::vector<TimesAtSize>, kTwinOperations> operations_;
};

// What `hitbench calibrate` found, or is shipped: of each server by its name ("redis", "memcached") and transport.
struct CalibratedTimes {
  struct Server {
    std::string name, transport;  // "tcp" or "unix"
    ServiceTimes times;
  };
  std::string source;  // of the figures, in words: machine, versions, date
  std::vector<Server> servers;

  const ServiceTimes* find(const std::string& name, const std::string& transport) const;  // null: not among them
};

// Shipped: measured by hitbench itself against private servers.
const CalibratedTimes& default_times();

}  // namespace hitbench
