// The moments of a run that a chart over time marks, besides its faults: where the warm-up ended, when the first reads
// missed because their entry had expired, and when because it had been evicted.
#pragma once

#include <string>
#include <vector>

#include "report/html/chart.h"

namespace hitbench::html {

struct TimeMark {
  double at_s = 0;    // the beginning of the second
  std::string text;   // in the chart; empty where one before it says the same of other rows
  std::string title;  // with the rows
};

// By their kind, then by their time; what several rows have in the same second is one. What a row has in its first
// second may have begun before, and has none.
std::vector<TimeMark> time_marks(const DrawnRows& rows);

// Of that: "TTL expiry (3 rows), eviction (1 row)"; else empty.
std::string first_second_words(const DrawnRows& rows);

// "second 0 is the end of the warm-up, which took 1.2 s to 3.4 s"; empty where no row tells of one.
std::string warm_up_words(const DrawnRows& rows);

}  // namespace hitbench::html
