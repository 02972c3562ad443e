// What the kernel says that the calling thread has used.
#pragma once

#include <sys/resource.h>

#include <cstdint>

#include "base/time.h"

namespace hitbench {

struct ThreadUsage {
  Duration cpu{0};                    // user + system
  uint64_t involuntary_switches = 0;  // times that others took its core

  static ThreadUsage now() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    const auto time = [](const timeval& t) {
      return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
    };
    return {.cpu = time(usage.ru_utime) + time(usage.ru_stime),
            .involuntary_switches = static_cast<uint64_t>(usage.ru_nivcsw)};
  }
};

}  // namespace hitbench
