// What a client brings to one call of a cache or an origin: its deadline, and the buffer for what comes back.
#pragma once

#include <cstdint>
#include <string>

#include "base/outcome.h"
#include "base/time.h"

namespace hitbench {

// What a lookup that missed came upon, where the cache tells. A server does not: it clears expired entries away by
// itself.
enum class Remains : uint8_t {
  unknown,
  expired,  // the entry, past its TTL
  nothing,
};

// What one client brings to a call that may wait: until when, and where a value comes back.
struct Call {
  Time deadline = kNever;
  std::string value;                      // reused from call to call: nothing on the hot path allocates
  int seat = -1;                          // which shared connection this client keeps to; for the cache alone
  MissCause missed = MissCause::unknown;  // of the last get that missed, where somebody keeps account
  Remains remains = Remains::unknown;     // of the same get; the cache sets it, or never does
  bool injected = false;                  // it failed because the scenario says so (origin.errors); the origin sets it
};

}  // namespace hitbench
