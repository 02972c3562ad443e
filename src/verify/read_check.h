// What the write table says of one answer, for its sample.
#pragma once

#include <array>
#include <memory>

#include "metrics/recorder.h"
#include "strategy/strategy.h"
#include "verify/write_table.h"

namespace hitbench {

// The newest write of each key that one client has been answered with, as far as it is remembered: a later key of the
// same place makes room for itself.
class SeenWrites {
 public:
  struct Seen {
    uint64_t key;
    uint64_t id;  // 0: none
    Time started;
  };
  Seen& of(uint64_t key);

 private:
  static constexpr size_t kPlaces = 64;
  std::unique_ptr<std::array<Seen, kPlaces>> seen_;  // most runs write nothing
};

// `has_origin`: without one, a miss is no answer and there is nobody who could have confirmed a value.
[[gnu::noinline]] ReadCheck check_read(const WriteTable& write_table, bool has_origin, uint64_t key,
                                       const Answer& answer, Time began, SeenWrites& seen);

}  // namespace hitbench
