#include "io/shared_memory.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "base/error.h"

namespace hitbench {

SharedMapping::SharedMapping(size_t bytes, const std::string& what) : bytes_(bytes == 0 ? 1 : bytes) {
  at_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at_ == MAP_FAILED) {
    throw environment_error(
        "no memory for " + what + " (" + std::to_string(bytes_) + " bytes): " + std::strerror(errno), "use fewer keys");
  }
}

SharedMapping::~SharedMapping() { munmap(at_, bytes_); }

SharedMutex::SharedMutex() {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  const int failed = pthread_mutex_init(&mutex_, &attributes);
  pthread_mutexattr_destroy(&attributes);
  CHECK(failed == 0);
}

void SharedMutex::lock() {
  int failed = pthread_mutex_lock(&mutex_);
  if (failed == EOWNERDEAD) failed = pthread_mutex_consistent(&mutex_);
  CHECK(failed == 0);
}

void SharedMutex::unlock() {
  const int failed = pthread_mutex_unlock(&mutex_);
  CHECK(failed == 0);
}

}  // namespace hitbench
