// What is known of the writes of one key: enough to say of an answer that it was stale, and never to say so of one
// that was not. A view on plain data in shared memory (all zeros: no write yet) that its owner locks.
//
// Times are taken so that doubt always favors the strategy: a write starts when its operation began (before the first
// byte moved) and is acknowledged when its client has the answer. Two writes are ordered only if one started after the
// other was acknowledged. The latest writes are kept whole, along with the last one that the origin confirmed; of older
// ones only what is needed to know what is no longer known.
//
// One write (KeyWrite::State), and where it is counted when a later one has taken its place (forgotten_...):
//
//    begin          acknowledged
//   -------> open ----------------> acknowledged
//             | \                        |
//             |  \   gave_up             |
//             |   +--------> gave_up     |
//   remembered|               |          |
//   - - - - - | - - - - - - - | - - - - -|- - - -
//   forgotten v               v          v
//            open --------> given_up  acknowledged (only the latest time)
//              |    gave_up              ^
//              +-------------------------+
//                      acknowledged
//
// committed() marks a remembered write, in any state, as confirmed and duplicates it in last_confirmed, where it stays
// until the next one is confirmed.
#pragma once

#include <optional>
#include <span>

#include "base/time.h"

namespace hitbench {

struct KeyWrite {
  enum class State : uint8_t { open, acknowledged, gave_up };

  uint64_t id;  // 0: no write
  Time started;
  Time acknowledged;
  uint32_t known_by_then;  // acknowledged writes of the key when this one was, itself included
  uint32_t open_by_then;   // and writes that were under way
  State state;
  bool confirmed;  // the origin told its writer that it has it
};

struct KeyState {
  KeyWrite last_confirmed;      // a copy of that write
  Time first_acknowledged;      // of all writes ever; only where any was
  Time forgotten_started;       // the latest start among the forgotten
  Time forgotten_acknowledged;  // the latest acknowledgement among the forgotten
  uint32_t forgotten_open;      // forgotten while they were under way, and still are
  uint32_t forgotten_given_up;  // forgotten and never acknowledged: they may take effect at any time
  uint32_t open;
  uint32_t acknowledged;
};

class KeyHistory {
 public:
  // At least one write.
  KeyHistory(KeyState& state, std::span<KeyWrite> writes) : state_(state), writes_(writes) {}

  void begin(uint64_t id, Time started);
  // begin()'s write ended: acknowledged, or not; then it may have taken effect, now or later.
  void acknowledged(uint64_t id, Time now);
  void gave_up(uint64_t id);
  void committed(uint64_t id);

  struct Assessment {
    bool checked = true;         // false: too much is forgotten to say
    Duration staleness{-1};      // for how long a newer value had been acknowledged; negative: not stale
    bool found = false;          // the write is remembered
    bool confirmed = false;      // by the origin, where found
    Time started{};              // of the write, where found
    Time acknowledged = kNever;  // at the latest; kNever: not known to be
  };
  // Of an answer that holds write `id` (0: as before the run), to a read that began then.
  Assessment assess(uint64_t id, Time began) const;

  // How many acknowledged writes are lost if this one is what the origin has in the end: those that started after it
  // was acknowledged. At most the true number; nothing where too much is forgotten.
  std::optional<uint64_t> lost(uint64_t final_id) const;

 private:
  const KeyWrite* find(uint64_t id) const;
  template <class Change>
  bool change(uint64_t id, const Change& change);  // false: it is among the forgotten
  void forget(const KeyWrite& write);
  // When the write was acknowledged at the latest: exact where it is remembered, a bound where it is not.
  Time acknowledged_by(uint64_t id) const;
  // The earliest acknowledgement among the remembered writes that started after `after`.
  Time successor(Time after) const;

  KeyState& state_;
  const std::span<KeyWrite> writes_;
};

}  // namespace hitbench
