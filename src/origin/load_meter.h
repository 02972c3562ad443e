// What reaches the origin, counted over all application processes: the figures of OriginUsage. Made in the parent
// before any fork; every process then counts into the same shared mapping. A process that dies leaves what it had
// under way in the present numbers; nothing else is disturbed.
//
// A load is under way from its arrival until its client has an answer or gives up, queueing included.
//
// One key, by its loads (a Visit begins and ends each):
//
//                begins: one more expiry                     begins: n + 1, maybe a new peak of the key
//   not loading ------------------------> n loads under way ----+
//        ^                                   |   ^              |
//        |                                   |   +--------------+
//        +-----------------------------------+        ends: n - 1
//          the last one ends: its slot is free
#pragma once

#include <cstdint>
#include <mutex>

#include "io/shared_memory.h"
#include "origin/origin.h"

namespace hitbench {

class LoadMeter {
 public:
  // `clients`, over all processes, bounds the loads that are under way at once.
  explicit LoadMeter(int clients);
  ~LoadMeter();
  LoadMeter(const LoadMeter&) = delete;
  LoadMeter& operator=(const LoadMeter&) = delete;

  // Counts start over; peaks start from what is under way now.
  void begin_measuring();
  OriginUsage usage() const;

  enum class Kind { load, store };

  // One load or store while it is under way: counted when made, over when destroyed.
  class Visit {
   public:
    // `queued` is how long it waits for a server.
    Visit(LoadMeter& meter, Kind kind, uint64_t key, Duration queued = Duration{0});
    ~Visit();
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    void succeed() { failed_ = false; }
    void blame_disk() { disk_ = true; }

   private:
    LoadMeter& meter_;
    const Kind kind_;
    const uint64_t key_;
    bool failed_ = true;
    bool disk_ = false;
  };

  // Tests only: the mutex that a process may die in.
  SharedMutex& mutex() const;

 private:
  struct Shared;
  struct KeyInFlight;

  void enter_key(uint64_t key);
  void leave_key(uint64_t key);

  const uint64_t slots_;  // a power of two
  SharedMapping mapping_;
  Shared* shared_;
  KeyInFlight* keys_;
};

}  // namespace hitbench
