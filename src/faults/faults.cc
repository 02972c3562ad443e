#include "faults/faults.h"

#include <algorithm>
#include <new>
#include <utility>

namespace hitbench {
namespace {

// How often a real process looks whether what is stopped goes on.
constexpr Duration kLookEvery = std::chrono::milliseconds(1);

}  // namespace

void FaultPoint::begin(const Fault& fault) {
  if (fault.action == Fault::Action::slow) flags_.delay_ns = fault.by.count();
  if (fault.action == Fault::Action::fail || fault.action == Fault::Action::kill) flags_.failing = true;
  if (fault.action != Fault::Action::stop) return;
  flags_.stopped = true;
  opened_.clear();
}

void FaultPoint::heal(const Fault& fault) {
  if (fault.action == Fault::Action::slow) flags_.delay_ns = 0;
  if (fault.action == Fault::Action::fail || fault.action == Fault::Action::kill) flags_.failing = false;
  if (fault.action != Fault::Action::stop) return;
  flags_.stopped = false;
  opened_.set();
}

bool FaultPoint::pass(Loop& loop, Time deadline) {
  while (flags_.stopped.load(std::memory_order_relaxed)) {
    if (loop.is_virtual()) {
      if (!loop.wait(opened_, deadline)) return false;
    } else {
      loop.sleep_until(std::min(deadline, loop.now() + kLookEvery));
      if (loop.now() >= deadline) return false;
    }
  }
  const Duration delay(flags_.delay_ns.load(std::memory_order_relaxed));
  if (delay == Duration{0}) return true;
  const Time end = loop.now() + delay;
  loop.sleep_until(std::min(end, deadline));
  return end < deadline;
}

Faults::Faults(std::vector<Fault> faults, Backend* backend)
    : all_(std::move(faults)),
      healed_(all_.size()),
      backend_(backend),
      mapping_(sizeof(Shared), "the faults"),
      shared_(new (mapping_.at()) Shared{}),
      cache_(shared_->cache),
      origin_(shared_->origin) {}

bool Faults::has(Fault::Target target, Fault::Action action) const {
  return std::any_of(all_.begin(), all_.end(),
                     [&](const Fault& fault) { return fault.target == target && fault.action == action; });
}

Duration Faults::first() const {
  Duration first = kForever;
  for (const Fault& fault : all_) first = std::min(first, fault.at);
  return first;
}

Duration Faults::longest() const {
  Duration longest{0};
  for (const Fault& fault : all_) {
    if (fault.lasts != kForever) longest = std::max(longest, fault.lasts);
  }
  return longest;
}

Duration Faults::longest_stop_of_a_process() const {
  Duration longest{0};
  for (const Fault& fault : all_) {
    const bool stops = fault.target == Fault::Target::process && fault.action == Fault::Action::stop;
    if (stops) longest = std::max(longest, fault.lasts);
  }
  return longest;
}

void Faults::note_healed(size_t number, Duration since_start) { healed_.at(number) = since_start; }

std::optional<Duration> Faults::first_healed() const {
  Duration latest{0};
  for (size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].at != first()) continue;
    if (!healed_[i]) return std::nullopt;
    latest = std::max(latest, *healed_[i]);
  }
  return latest;
}

// What a server loses cannot be known from outside: under AOF nothing, else some or all. So every kill counts.
void Faults::begin(const Fault& fault) {
  if (fault.target == Fault::Target::origin) return origin_.begin(fault);
  if (backend_ == nullptr) return;
  if (fault.action == Fault::Action::kill) {
    ++shared_->generation;
    cache_is_lost_();
  }
  const bool by_signal = backend_->waits_on_socket() && fault.action != Fault::Action::slow;
  if (!by_signal) cache_.begin(fault);
  backend_->fault(fault);
}

void Faults::heal(const Fault& fault) {
  if (fault.target == Fault::Target::origin) return origin_.heal(fault);
  if (backend_ == nullptr) return;
  // Calls that failed meanwhile have left nothing in a cache that was dead.
  if (fault.action == Fault::Action::kill) cache_is_lost_();
  backend_->heal(fault);
  cache_.heal(fault);
}

FaultSteps::FaultSteps(const std::vector<Fault>& faults, Time start, Time end) {
  for (size_t i = 0; i < faults.size(); ++i) {
    const Fault& fault = faults[i];
    const Time begin = start + fault.at;
    const Time heal = fault.lasts == kForever ? end : std::min(begin + fault.lasts, end);
    steps_.push_back({begin, i, fault, false});
    steps_.push_back({heal, i, fault, true, fault.lasts == kForever || begin + fault.lasts > end});
  }
  // At one time: what ends, what begins, what has no length.
  const auto rank = [&](const FaultStep& step) {
    if (!step.heals) return 1;
    return step.due == start + step.fault.at ? 2 : 0;
  };
  std::stable_sort(steps_.begin(), steps_.end(), [&](const FaultStep& a, const FaultStep& b) {
    return a.due != b.due ? a.due < b.due : rank(a) < rank(b);
  });
}

std::optional<FaultStep> FaultSteps::take(Time now) {
  if (next_due() > now || next_ == steps_.size()) return std::nullopt;
  return steps_[next_++];
}

std::vector<FaultStep> FaultSteps::finish() {
  std::vector<FaultStep> open;
  for (size_t i = next_; i < steps_.size(); ++i) {
    const bool begun = std::any_of(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(next_),
                                   [&](const FaultStep& step) { return step.number == steps_[i].number; });
    if (steps_[i].heals && begun) open.push_back(steps_[i]);
  }
  next_ = steps_.size();
  return open;
}

}  // namespace hitbench
