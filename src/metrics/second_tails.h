// A CoarseHistogram for every second of a run: percentiles second by second. Only the second under way has its buckets
// laid out (4.8 KiB); one that has ended keeps those in use, in some hundred bytes. Single-threaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/coarse_histogram.h"

namespace hitbench {

class SecondTails {
 public:
  void record(size_t second, int64_t ns) {
    if (second != current_) move_to(second);
    running_.record(ns);
  }
  void merge(const SecondTails& other);

  size_t size() const;                      // up to the last second with a value
  CoarseHistogram at(size_t second) const;  // empty for a second without values, and beyond size()

  void append_bytes(std::string& out) const;  // between our own processes
  static SecondTails take_bytes(std::string_view& bytes);

 private:
  [[gnu::noinline]] void move_to(size_t second);  // needs 10 KiB of stack
  void pack();

  size_t current_ = 0;
  CoarseHistogram running_;          // what was recorded in the current second and is not packed yet
  std::vector<std::string> packed_;  // bytes of CoarseHistogram, or nothing
};

}  // namespace hitbench
