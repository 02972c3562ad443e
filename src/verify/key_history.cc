#include "verify/key_history.h"

#include <algorithm>

namespace hitbench {
namespace {

using State = KeyWrite::State;

}  // namespace

// Strictly the oldest goes, so every forgotten write started before every one that is kept.
void KeyHistory::begin(uint64_t id, Time started) {
  KeyWrite* place = writes_.data();
  for (KeyWrite& write : writes_) {
    if (write.id == 0) {
      place = &write;
      break;
    }
    if (write.started < place->started) place = &write;
  }
  if (place->id != 0) forget(*place);
  // Its clock was read before we hear of it: meanwhile others may have been acknowledged, which it still overlaps.
  const auto overlap = [&](KeyWrite& write) {
    if (write.state == State::acknowledged && write.acknowledged >= started) ++write.open_by_then;
  };
  std::for_each(writes_.begin(), writes_.end(), overlap);
  overlap(state_.last_confirmed);
  *place = KeyWrite{};
  place->started = started;
  place->id = id;
  ++state_.open;
}

void KeyHistory::forget(const KeyWrite& write) {
  state_.forgotten_started = std::max(state_.forgotten_started, write.started);
  switch (write.state) {
    case State::open:
      ++state_.forgotten_open;
      break;
    case State::acknowledged:
      state_.forgotten_acknowledged = std::max(state_.forgotten_acknowledged, write.acknowledged);
      break;
    case State::gave_up:
      ++state_.forgotten_given_up;
      break;
  }
}

template <class Change>
bool KeyHistory::change(uint64_t id, const Change& change) {
  if (state_.last_confirmed.id == id) change(state_.last_confirmed);
  for (KeyWrite& write : writes_) {
    if (write.id == id) return change(write), true;
  }
  return false;
}

void KeyHistory::acknowledged(uint64_t id, Time now) {
  --state_.open;
  const bool is_first = state_.acknowledged++ == 0;
  state_.first_acknowledged = is_first ? now : std::min(state_.first_acknowledged, now);
  const bool kept = change(id, [&](KeyWrite& write) {
    write.state = State::acknowledged;
    write.acknowledged = now;
    write.known_by_then = state_.acknowledged;
    write.open_by_then = state_.open;
  });
  if (kept) return;
  --state_.forgotten_open;
  state_.forgotten_acknowledged = std::max(state_.forgotten_acknowledged, now);
}

void KeyHistory::gave_up(uint64_t id) {
  --state_.open;
  if (change(id, [](KeyWrite& write) { write.state = State::gave_up; })) return;
  --state_.forgotten_open;
  ++state_.forgotten_given_up;
}

void KeyHistory::committed(uint64_t id) {
  change(id, [&](KeyWrite& write) {
    write.confirmed = true;
    if (&write != &state_.last_confirmed) state_.last_confirmed = write;
  });
}

const KeyWrite* KeyHistory::find(uint64_t id) const {
  if (id == 0) return nullptr;
  for (const KeyWrite& write : writes_) {
    if (write.id == id) return &write;
  }
  return state_.last_confirmed.id == id ? &state_.last_confirmed : nullptr;
}

Time KeyHistory::acknowledged_by(uint64_t id) const {
  if (id == 0) return Time::min();
  if (const KeyWrite* write = find(id)) return write->state == State::acknowledged ? write->acknowledged : kNever;
  return state_.forgotten_open + state_.forgotten_given_up > 0 ? kNever : state_.forgotten_acknowledged;
}

Time KeyHistory::successor(Time after) const {
  Time earliest = kNever;
  for (const KeyWrite& write : writes_) {
    if (write.id == 0 || write.state != State::acknowledged || write.started <= after) continue;
    earliest = std::min(earliest, write.acknowledged);
  }
  return earliest;
}

KeyHistory::Assessment KeyHistory::assess(uint64_t id, Time began) const {
  Assessment assessment{.acknowledged = acknowledged_by(id)};
  if (const KeyWrite* write = find(id)) {
    assessment.found = true;
    assessment.started = write->started;
    assessment.confirmed = write->confirmed;
  }
  // Every acknowledged write is newer than what was there before the run; the first of them is never forgotten.
  const bool from_the_start = id == 0;
  const Time newer = !from_the_start           ? successor(assessment.acknowledged)
                     : state_.acknowledged > 0 ? state_.first_acknowledged
                                               : kNever;
  if (newer < began) {
    assessment.staleness = began - newer;
    return assessment;
  }
  // A write that nobody acknowledged overlaps all that came after it; else one that is forgotten may have come between.
  const bool complete =
      assessment.found && (assessment.acknowledged == kNever || state_.forgotten_started <= assessment.acknowledged);
  assessment.checked = from_the_start || complete;
  return assessment;
}

std::optional<uint64_t> KeyHistory::lost(uint64_t final_id) const {
  if (final_id == 0) return state_.acknowledged;
  const KeyWrite* const last = find(final_id);
  if (last != nullptr && last->state != State::acknowledged) return 0;  // it may have come last
  const Time by = acknowledged_by(final_id);
  uint64_t seen = 0;
  for (const KeyWrite& write : writes_) {
    seen += write.id != 0 && write.state == State::acknowledged && write.started > by;
  }
  if (last == nullptr) return seen > 0 ? std::optional(seen) : std::nullopt;
  // What was acknowledged after the last one was under way by then, or started later.
  const uint64_t later = state_.acknowledged - last->known_by_then;
  return std::max(seen, later - std::min<uint64_t>(later, last->open_by_then));
}

}  // namespace hitbench
