#include "cache/memcached/memory_limit.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <fstream>

namespace hitbench {
namespace {

// Values have up to 16 MB, and a client holds a few at once.
constexpr uint64_t kMemoryForAll = uint64_t{1} << 30;
constexpr uint64_t kMemoryForEach = uint64_t{64} << 20;

}  // namespace

// proc(5): the sixth field of statm is data and stack, in pages; RLIMIT_DATA is about the same figure (mm/mmap.c).
void limit_memory_per_client() {
  static const uint64_t before = [] {
    std::ifstream statm("/proc/self/statm");
    uint64_t pages = 0;
    for (int field = 0; field < 6; ++field) statm >> pages;
    return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  }();
  static std::atomic<uint64_t> clients{0};
  rlimit limit{};
  if (before == 0 || getrlimit(RLIMIT_DATA, &limit) != 0) return;
  limit.rlim_cur = std::min<uint64_t>(limit.rlim_max, before + kMemoryForAll + ++clients * kMemoryForEach);
  setrlimit(RLIMIT_DATA, &limit);
}

}  // namespace hitbench
