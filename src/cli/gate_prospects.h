// What a gate can find in the time that it has, said before it starts.
#pragma once

#include <string>
#include <vector>

#include "judge/criterion.h"

namespace hitbench {

struct SlotSize {
  int pairs = 0;
  double operations = 0;  // timed, of a row in a slot
};

// Of the percentiles that are judged, which change so many slots of this size could find at best, and which they
// cannot tell at all. From a trial: by chance alone a percentile of n values scatters as its interval says, and with
// more values less, as 1/sqrt(n). What the machine adds only the gate itself, or --aa, can tell.
std::string prospects(const Result& trial, const std::vector<Criterion>& metrics, const SlotSize& size);

}  // namespace hitbench
