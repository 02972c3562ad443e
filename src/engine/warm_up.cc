#include "engine/warm_up.h"

#include <algorithm>
#include <cmath>

namespace hitbench {
namespace {

constexpr uint64_t kFirst = 32;  // operations of the first stretch, if there are not more clients: it tells the speed
constexpr uint64_t kGrowth = 8;  // of a stretch against the one before: a cold row may speak of another speed
constexpr double kOfWhatIsLeft = 0.5;     // of a row's time, one stretch takes so much at most
constexpr double kSpent = 0.9;            // of the limit: what is left would not be worth another stretch
constexpr double kBaselineSeconds = 0.2;  // of a stretch, a row without a cache performs this much

class Together {
 public:
  Together(const std::vector<WarmingRow>& rows, const WarmUpGoal& goal) : rows_(rows), goal_(goal) {
    for (const WarmingRow& row : rows) {
      warmed_.push_back({.operations = 0, .took = Duration{0}, .steadiness = Steadiness(row.rule)});
      any_cache_ = any_cache_ || row.rule.has_cache;
      clients_ = std::max(clients_, row.clients);
    }
    speeds_.resize(rows.size());
    gone_.resize(rows.size());
  }

  std::vector<WarmedUp> run() {
    for (uint64_t stretch = first(); stretch > 0; stretch = next(stretch)) {
      for (size_t i = 0; i < rows_.size(); ++i) {
        if (!gone_[i]) run(i, stretch);
      }
      done_ += stretch;
    }
    return std::move(warmed_);
  }

 private:
  uint64_t most() const { return goal_.operations > 0 ? goal_.operations : goal_.most > 0 ? goal_.most : UINT64_MAX; }

  // The last stretch of a given number is the only one that need not be a multiple.
  uint64_t rounded(double operations) const {
    const uint64_t left = most() - done_;
    if (operations >= static_cast<double>(left)) return left;
    const auto whole = static_cast<uint64_t>(std::max(operations, 0.0));
    return std::min(left, whole - whole % clients_);
  }

  uint64_t first() const { return rounded(static_cast<double>(std::max(kFirst, 2 * clients_))); }

  void run(size_t i, uint64_t stretch) {
    const WarmingRow& row = rows_[i];
    WarmedUp& warmed = warmed_[i];
    StretchOrder order{
        .drawn = 0, .performed = stretch, .at_most = std::max(2 * goal_.limit - warmed.took, goal_.limit)};
    if (!fills(row) && speeds_[i] > 0) {
      const uint64_t enough = static_cast<uint64_t>(speeds_[i] * kBaselineSeconds) + clients_;
      order.drawn = (stretch - std::min(stretch, enough)) / clients_ * clients_;
      order.performed = stretch - order.drawn;
    }
    const std::optional<WarmStretch> seen = row.run(order);
    if (!seen) {
      gone_[i] = true;
      return;
    }
    warmed.operations += seen->operations;
    warmed.took += seen->took;
    speeds_[i] = static_cast<double>(seen->operations - order.drawn) / std::max(in_seconds(seen->took), 1e-9);
    warmed.steadiness.add(*seen, budget(i));
  }

  // How long a row may warm up in all.
  Duration budget(size_t i) const {
    double longest = 1e9;
    if (goal_.limit > Duration{0}) longest = in_seconds(goal_.limit);
    if (most() != UINT64_MAX) longest = std::min(longest, static_cast<double>(most()) / std::max(speeds_[i], 1e-6));
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(longest));
  }

  // A window's operations: of entries that expire, a whole TTL at once, for they do so, too, while other rows have
  // their turn.
  double window(size_t i) const {
    const SteadyRule& rule = rows_[i].rule;
    const double reads =
        std::max(static_cast<double>(rule.window_reads) / rows_[i].reads, static_cast<double>(clients_));
    const bool waits_for_expiry = warmed_[i].steadiness.expiry_matters() && rule.ttl <= budget(i);
    return waits_for_expiry ? std::max(reads, in_seconds(rule.ttl) * speeds_[i]) : reads;
  }

  // A row without a cache has nothing to fill, where others have one.
  bool fills(const WarmingRow& row) const { return row.rule.has_cache || !any_cache_; }

  // 0: it is over.
  uint64_t next(uint64_t before) const {
    bool waits = false;
    double wanted = 0, possible = static_cast<double>(before) * static_cast<double>(kGrowth);
    for (size_t i = 0; i < rows_.size(); ++i) {
      const WarmingRow& row = rows_[i];
      if (gone_[i]) continue;
      waits = waits || goal_.operations > 0 || !warmed_[i].steadiness.is_done();
      if (!fills(row)) continue;
      const bool looks = goal_.steady && row.rule.has_cache;
      wanted = std::max(wanted, looks ? window(i) : static_cast<double>(most()));
      if (goal_.limit == Duration{0}) continue;
      if (warmed_[i].took >= kSpent * goal_.limit) return 0;
      possible = std::min(possible, kOfWhatIsLeft * in_seconds(goal_.limit - warmed_[i].took) * speeds_[i]);
    }
    if (!waits || done_ >= most()) return 0;
    return rounded(std::min(wanted, possible));
  }

  const std::vector<WarmingRow>& rows_;
  const WarmUpGoal goal_;
  std::vector<WarmedUp> warmed_;
  std::vector<double> speeds_;  // operations per second, in the last stretch
  std::vector<bool> gone_;
  uint64_t clients_ = 1, done_ = 0;
  bool any_cache_ = false;
};

}  // namespace

std::vector<WarmedUp> warm_up_together(const std::vector<WarmingRow>& rows, const WarmUpGoal& goal) {
  return Together(rows, goal).run();
}

}  // namespace hitbench
