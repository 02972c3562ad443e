// Memory that the parent and its forked processes share, and the mutex that guards it. Made before any fork; every
// process sees it at the same address.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <string>

namespace hitbench {

// Zeroed; pages cost nothing until they are touched, and no swap is reserved for them.
class SharedMapping {
 public:
  // Throws Error{environment} when memory is refused; `what` names its use.
  SharedMapping(size_t bytes, const std::string& what);
  ~SharedMapping();
  SharedMapping(const SharedMapping&) = delete;
  SharedMapping& operator=(const SharedMapping&) = delete;

  void* at() const { return at_; }

 private:
  void* at_;
  size_t bytes_;
};

// A mutex in shared memory that outlives its owner: when a process dies inside, the next one enters. What it guards
// must therefore be usable after any single assignment (counts may be off by that process' last step). Never held
// across a wait of the loop.
class SharedMutex {
 public:
  SharedMutex();
  ~SharedMutex() { pthread_mutex_destroy(&mutex_); }
  SharedMutex(const SharedMutex&) = delete;
  SharedMutex& operator=(const SharedMutex&) = delete;

  void lock();
  void unlock();

 private:
  pthread_mutex_t mutex_;
};

}  // namespace hitbench
