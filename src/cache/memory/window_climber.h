// How much of the cache should be W-TinyLFU's window (policies/w_tinylfu.cc): hill climbing. After each sample of
// requests the hit ratio is compared with the sample before; if moving the window's share one way made it better, the
// share goes on that way, else it turns. Einziger, Eytan, Friedman and Manes, "Adaptive software cache management",
// Middleware 2018.
//
// As Caffeine since 2.7: samples of ten requests an entry, steps that become 2 % smaller each time and start anew when
// the hit ratio changes by five points. Not as Caffeine, because the hit ratio of real traces changes more from sample
// to sample than by a step:
//   - it turns when the changes are against its direction in sum, in which each counts 0.6 of the next
//   - it starts up, not down, and not before two samples have filled the cache and a third shows what that is worth
//   - a step is 3.125 % of the capacity, not 6.25 %
//   - the window has at least 1 % and at most 99 %: Caffeine's shrinks to one entry, from which growing by a step may
//     show nothing, and grows to 80 %
// Without all that, our W-TinyLFU has 74.0 % hits on orm-busy at 763 entries, with it 75.5 %; on web07 at 1,024 49.6 %
// and 53.1 %; on P3 at 32,768, where growing at all is wrong, 18.3 % and 18.4 % (the traces are those of
// tests/cache/memory/policy_traces_test.cc, web07 is cache2k's as orm-busy).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace hitbench {

class WindowClimber {
 public:
  explicit WindowClimber(uint64_t capacity)
      : least_(std::max<uint64_t>(capacity / 100, 1)),
        most_(std::max(least_, capacity - least_)),
        first_step_(static_cast<double>(capacity) / 32),
        share_(least_),
        step_(first_step_) {}

  uint64_t share() const { return share_; }

  // Whether the share is another one now.
  bool request(bool hit, uint64_t entries) {
    hits_ += hit;
    if (++requests_ < kRequestsPerEntry * entries) return false;
    const double ratio = static_cast<double>(hits_) / static_cast<double>(requests_);
    hits_ = requests_ = 0;
    const double change = ratio - std::exchange(previous_ratio_, ratio);
    if (++samples_ <= kSamplesOfWarmUp) return false;
    return climb(samples_ > kSamplesOfWarmUp + 1 ? change : 0);  // which nothing has caused yet
  }

 private:
  static constexpr uint64_t kRequestsPerEntry = 10, kSamplesOfWarmUp = 2;
  static constexpr double kStepDecay = 0.98, kRestart = 0.05, kTrendDecay = 0.6;

  bool climb(double change) {
    trend_ = kTrendDecay * trend_ + (up_ ? change : -change);
    if (trend_ < 0) {
      up_ = !up_;
      trend_ = -trend_;
    }
    const auto step = static_cast<uint64_t>(step_);
    step_ = std::abs(change) >= kRestart ? first_step_ : kStepDecay * step_;
    const uint64_t before = share_;
    share_ = up_ ? std::min(share_ + step, most_) : std::max(share_ - std::min(share_, step), least_);
    return share_ != before;
  }

  const uint64_t least_, most_;
  const double first_step_;
  uint64_t share_;
  double step_;
  bool up_ = true;
  double trend_ = 0;  // that of the hit ratio while going this way
  uint64_t hits_ = 0, requests_ = 0;
  uint64_t samples_ = 0;
  double previous_ratio_ = 0;
};

}  // namespace hitbench
