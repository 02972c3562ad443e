#include "curve/replay.h"

#include <algorithm>
#include <cmath>
#include <queue>

namespace hitbench {
namespace {

// `stored`: the keys that have an entry at some time.
EntrySizes entry_sizes(const CompactTrace& trace, const std::vector<bool>& stored) {
  EntrySizes sizes;
  sizes.bytes.resize(trace.keys());
  double known_bytes = 0;
  uint64_t known = 0;
  for (uint32_t key = 0; key < trace.keys(); ++key) {
    const uint32_t value = trace.last_bytes(key);
    if (value == CompactRequest::kUnknownBytes) continue;
    ++known;
    known_bytes += value;
  }
  if (known == 0) return {};
  const auto mean = static_cast<uint32_t>(std::llround(known_bytes / static_cast<double>(known)));
  std::optional<uint32_t> first;
  for (uint32_t key = 0; key < trace.keys(); ++key) {
    const uint32_t value = trace.last_bytes(key);
    const bool is_unknown = value == CompactRequest::kUnknownBytes;
    sizes.bytes[key] = trace.key_bytes(key) + (is_unknown ? mean : value);
    sizes.bytes[key] = std::max(sizes.bytes[key], 1u);  // an entry that takes no room would never leave
    if (!stored[key]) continue;
    sizes.unknown += is_unknown;
    if (!first) first = sizes.bytes[key];
    sizes.equal = sizes.equal && sizes.bytes[key] == *first;
  }
  return sizes;
}

struct Expiry {
  uint64_t time = 0;
  uint32_t key = 0;
  bool operator>(const Expiry& other) const { return time > other.time; }
};

constexpr uint64_t kNeverEnds = UINT64_MAX;

}  // namespace

Replay replay_of(const CompactTrace& trace) {
  Replay replay{.requests = trace.requests(), .keys = trace.keys(), .sizes = {}, .unit = trace.unit()};
  std::vector<bool> stored(trace.keys());
  for (const CompactRequest& request : replay.requests) {
    if (step_of(request) == ReplayStep::read) {
      stored[request.key] = true;
    } else {
      replay.is_plain = false;
    }
  }
  replay.sizes = entry_sizes(trace, stored);
  return replay;
}

uint64_t ttl_ticks(Duration ttl, Duration unit) {
  return static_cast<uint64_t>((ttl.count() + unit.count() - 1) / unit.count());
}

Ceiling ceiling_of(const Replay& replay, std::optional<uint64_t> ttl) {
  enum class State : uint8_t { unseen, held, gone };
  std::vector<State> states(replay.keys, State::unseen);
  std::vector<uint32_t> filled(ttl ? replay.keys : 0);
  Ceiling ceiling;
  for (const CompactRequest& request : replay.requests) {
    State& state = states[request.key];
    const ReplayStep step = step_of(request);
    if (step == ReplayStep::nothing) continue;
    const uint64_t bytes = replay.bytes_of(request.key);
    const bool is_read = step == ReplayStep::read || step == ReplayStep::absent;
    ceiling.reads += is_read;
    ceiling.read_bytes += is_read ? bytes : 0;
    if (step != ReplayStep::read) {
      if (state == State::held) state = State::gone;
      ceiling.absent += step == ReplayStep::absent;
      continue;
    }
    const bool is_expired = state == State::held && ttl && request.time - filled[request.key] >= *ttl;
    if (state == State::held && !is_expired) {
      ++ceiling.hits;
      ceiling.hit_bytes += bytes;
      continue;
    }
    ceiling.first += state == State::unseen;
    ceiling.invalidated += state == State::gone;
    ceiling.expired += is_expired;
    if (state == State::unseen) {
      ++ceiling.entries;
      ceiling.bytes += bytes;
      ceiling.largest = std::max(ceiling.largest, bytes);
    }
    state = State::held;
    if (ttl) filled[request.key] = request.time;
  }
  return ceiling;
}

std::vector<CompactRequest> with_expiries(const CompactTrace& trace) {
  std::vector<CompactRequest> all;
  all.reserve(trace.requests().size());
  std::vector<uint64_t> ends(trace.keys(), kNeverEnds);
  std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> due;
  for (const CompactRequest& request : trace.requests()) {
    for (; !due.empty() && due.top().time <= request.time; due.pop()) {
      if (ends[due.top().key] != due.top().time) continue;  // it was set again
      ends[due.top().key] = kNeverEnds;
      CompactRequest erase;
      erase.key = due.top().key;
      erase.time = static_cast<uint32_t>(due.top().time);
      erase.bytes_and_operation = CompactRequest::kUnknownBytes | static_cast<uint32_t>(TraceOperation::erase) << 28;
      all.push_back(erase);
    }
    all.push_back(request);
    const TraceOperation operation = request.operation();
    if (operation != TraceOperation::write && operation != TraceOperation::fill) continue;
    const std::optional<Duration> ttl = trace.ttl_of(request);
    ends[request.key] = ttl ? request.time + ttl_ticks(*ttl, trace.unit()) : kNeverEnds;
    if (ttl) due.push({ends[request.key], request.key});
  }
  return all;
}

}  // namespace hitbench
