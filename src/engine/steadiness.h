// Whether a row's hit ratio stands still, from what its stretches of warm-up counted. No clock, no processes: times are
// handed in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace hitbench {

inline constexpr double kHalfAPoint = 0.005;  // of a hit ratio: not worth a wait or a word

// What all processes of a row counted in one stretch.
struct WarmStretch {
  uint64_t operations = 0;
  uint64_t reads = 0, hits = 0, misses = 0;  // of those that were answered
  uint64_t first_misses = 0;                 // of keys that were never there; all misses, where nobody knows
  uint64_t evictions = 0;
  uint64_t entries = 0;  // that the cache holds now
  Duration took{0};
};

struct SteadyRule {
  bool has_cache = true;      // without one nothing changes
  uint64_t window_reads = 0;  // of a window, at least
  Duration ttl = kForever;
  uint64_t keys = 0;
  bool may_evict = false;
  bool loaded_evicting = false;  // the cache had to evict while the keys were put into it
};

// 20 reads per key, 4,000 at least and 40,000 at most: of so many the standard deviation of a hit ratio of 90 % is 0.15
// points.
uint64_t steady_window(uint64_t keys);

// Whether a TTL makes a difference at the rate of so many reads in the time that they took: of all reads, keys / (rate
// * TTL) at most find an entry that has expired, and fewer than half a percent of them are not worth a wait or a word.
bool expiry_matters(Duration ttl, uint64_t keys, uint64_t reads, Duration took);

class Steadiness {
 public:
  explicit Steadiness(const SteadyRule& rule) : rule_(rule), evicts_(rule.loaded_evicting) {}

  // `budget`: how long the row may warm up in all, at the speed that it has.
  void add(const WarmStretch& stretch, Duration budget);

  bool steady() const;
  // Steady, or no longer warm-up within the budget could show more: entries live too long for that.
  bool is_done() const;
  // Why it is not steady: "entries live 1min, and four times that was not seen".
  std::string why() const;
  // What would have to be seen for a hit ratio that is steady; 0 where that could not be determined.
  Duration wanted() const;

  bool expiry_matters() const { return hitbench::expiry_matters(rule_.ttl, rule_.keys, all_.reads, all_.took); }

 private:
  struct Window {
    WarmStretch seen;
    bool covered = false;  // a whole TTL or a turnover lies within it, or there is none
  };

  bool closes() const;
  bool outlived() const;
  bool fills() const;
  bool covered() const;
  bool stands_still() const;

  const SteadyRule rule_;
  bool evicts_;
  Duration budget_{0};
  WarmStretch all_, window_;
  std::vector<Window> windows_;
};

}  // namespace hitbench
