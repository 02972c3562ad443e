// The highest rate that keeps a promise, found by trying rates: twice as much until it breaks, then halfway (in
// proportion) between what was kept and what was broken. Knows nothing of what is tried; each try is a measurement of
// its own, and measurements are noisy, so that
// - a rate is given up only when two tries in a row broke,
// - the rate that is found has been kept at least twice.
// A rate too low for the promise to be told (a percentile of too few values) is no rate that broke it: the search goes
// on above.
#pragma once

#include <functional>
#include <optional>

namespace hitbench {

struct RateSearch {
  double first = 1000;      // the rate that is tried first, operations a second
  double precision = 0.05;  // the broken rate above the one found is at most so much higher
  double lowest = 1;        // below it nothing is tried
  int most_tries = 60;
};

enum class Tried { kept, broken, too_low_to_tell, stop };  // stop: the search ends, whatever it has

using TryRate = std::function<Tried(double rate)>;

struct HighestRate {
  std::optional<double> rate;
  // Without a rate: from `first` down to the lowest at which it can be told, all broke. Else nobody knows: the search
  // was stopped, `most_tries` were not enough, `first` was too low to tell and what is above it broke, or a rate that
  // was kept could not be told again.
  bool none = false;
};

HighestRate find_highest_rate(const RateSearch& search, const TryRate& keeps);

}  // namespace hitbench
