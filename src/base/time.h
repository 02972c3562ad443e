// Durations and points in time of a run, as types: nanoseconds, monotonic. Never a bare integer.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace hitbench {

// The clock of a run, real or virtual; its readings come from Loop::now().
struct RunClock {
  using rep = int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<RunClock>;
  static constexpr bool is_steady = true;
};

using Duration = std::chrono::nanoseconds;
using Time = RunClock::time_point;

inline constexpr Time kNever = Time::max();
inline constexpr Duration kForever = Duration::max();

constexpr double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// The run's clock in real time: CLOCK_MONOTONIC. Async-signal-safe.
inline Time real_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return Time(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

inline timespec timespec_of(Duration duration) {
  return {duration.count() / 1'000'000'000, duration.count() % 1'000'000'000};
}

// Of the thread, or until a signal comes; a fiber sleeps by its loop.
inline void pause_thread(Duration duration) {
  const timespec time = timespec_of(duration);
  nanosleep(&time, nullptr);
}

}  // namespace hitbench
