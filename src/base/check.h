// CHECK(condition): a promise of our own code. On in every build; a broken one aborts with its place.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace hitbench {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: CHECK failed: %s\nThis is a bug in hitbench.\n", file, line, condition);
  std::abort();
}

}  // namespace hitbench

#define CHECK(condition) ((condition) ? static_cast<void>(0) : ::hitbench::check_failed(#condition, __FILE__, __LINE__))
