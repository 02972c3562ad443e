// A FIFO queue before some servers that are alike: when a job that arrives is begun and ended. Nobody has to be woken
// for that: it is known when a job arrives, since none that comes later is begun before it (Kiefer and Wolfowitz, "On
// the theory of queues with many servers", 1955).
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "base/time.h"

namespace hitbench {

class ServiceStation {
 public:
  explicit ServiceStation(size_t servers) : free_(std::max<size_t>(1, servers), Time::min()) {}

  struct Served {
    Time begin, end;
  };
  // Of the next job; arrivals never go back.
  Served serve(Time arrival, Duration service) {
    Served job{.begin = std::max(arrival, free_.front()), .end = {}};
    job.end = job.begin + service;
    std::pop_heap(free_.begin(), free_.end(), std::greater<>());
    free_.back() = job.end;
    std::push_heap(free_.begin(), free_.end(), std::greater<>());
    return job;
  }

  // All servers are idle, and none begins before `time`; what it was given before is forgotten.
  void restart(Time time) { std::fill(free_.begin(), free_.end(), time); }

 private:
  std::vector<Time> free_;  // when each server will be; a heap with the earliest in front
};

}  // namespace hitbench
