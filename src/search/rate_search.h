// The highest rate that meets an SLO, found by trying rates: twice as much until it breaks, then halfway (in
// proportion) between what was kept and what was broken. Knows nothing of what is tried: it says which rate is next and
// is told what became of it, so that several searches can take turns. Each try is a measurement of its own, and
// measurements are noisy, so that
// - a rate is given up only when two tries of it broke,
// - the rate that is found has been kept at least twice,
// - a try that the machine disturbed says nothing about the rate: it is tried again, three times in all, and then the
//   rate is unclear. An unclear rate bounds the search as a broken one would, but no longer than until a lower rate was
//   kept: then it gets as many tries once more.
// A rate too low for the SLO to be evaluated (a percentile of too few values) is no rate that broke it: the search goes
// on above.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hitbench {

struct RateLimits {
  double first = 1000;      // the rate that is tried first, operations per second
  double precision = 0.05;  // the broken rate above the one found is at most so much higher
  double lowest = 1;        // below it nothing is tried
  int most_tries = 60;
};

enum class Tried { kept, broken, disturbed, too_low_to_tell, stop };  // stop: the search ends, whatever it has

// A try that is over.
struct PastTry {
  double rate;
  Tried tried;
  std::string why;  // it did not meet the SLO
};

// Where the lowest rate that was not kept and could have been told is unclear because the machine disturbed it, how
// often that was at it and at the unclear rates above it: "this machine disturbed 3 of 3 measurements at 1000/s (the
// last: 3 ms, ...)". Else empty: too few values below do not decide, and neither does what a disturbance was found to
// be later.
std::string disturbed_words(const std::vector<PastTry>& tries);

struct HighestRate {
  std::optional<double> rate;
  // Without a rate: from `first` down to the lowest at which it can be told, all broke. Else nobody knows: the search
  // was stopped, `most_tries` were not enough, rates were unclear, `first` was too low to tell and what is above it
  // broke, or a rate that was kept could not be told again.
  bool none = false;
};

class RateSearch {
 public:
  explicit RateSearch(const RateLimits& limits)
      : limits_(limits), next_(limits.first), tries_left_(limits.most_tries) {}

  std::optional<double> next() const { return next_; }  // the rate to try; empty when the search has ended
  void tell(Tried tried);                               // what became of next()
  HighestRate result() const;

 private:
  // Below what broke: the highest rate that was kept so many times, or, with 0, that was too low to tell.
  struct Low {
    double rate;
    int kept;
  };
  struct Unclear {
    double rate;
    bool again = false;  // it has had its second chance
  };

  bool is_found() const { return is_close() && low_->kept >= 2; }
  bool is_none() const { return is_close() ? low_->kept == 0 : ceiling() && !low_ && choose() < limits_.lowest; }
  bool is_close() const { return low_ && ceiling() && *ceiling() <= low_->rate * (1 + limits_.precision); }
  bool keeps_some() const { return low_ && low_->kept > 0; }
  bool gets_second_chance() const { return unclear_ && !unclear_->again && keeps_some(); }
  std::optional<double> ceiling() const;
  double choose() const;
  bool has_ended() const;
  void settle(Tried tried);

  const RateLimits limits_;
  std::optional<Low> low_;
  std::optional<double> broken_;
  std::optional<Unclear> unclear_;  // below what broke
  std::optional<double> next_;
  int breaks_ = 0, disturbances_ = 0;  // among the tries of next_
  int unclear_in_a_row_ = 0;           // rates, without one that could be told
  int tries_left_;
  bool stopped_ = false;
  bool doubted_ = false;  // a rate that was kept could not be told the second time
};

}  // namespace hitbench
