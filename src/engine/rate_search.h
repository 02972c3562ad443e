// The highest rate that keeps a promise, found by trying rates: twice as much until it breaks, then halfway (in
// proportion) between what was kept and what was broken. Knows nothing of what is tried; each try is a measurement of
// its own, and measurements are noisy, so that
// - a rate is given up only when two tries in a row broke,
// - the rate that is found has been kept at least twice.
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

// What a try says: nothing when it was interrupted, which ends the search.
using TryRate = std::function<std::optional<bool>(double rate)>;

// None where no rate was kept, or none that `most_tries` were enough for.
std::optional<double> find_highest_rate(const RateSearch& search, const TryRate& keeps);

}  // namespace hitbench
