#include "curve/parallel.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>

namespace hitbench {

void run_parallel(const std::vector<std::function<void()>>& tasks, unsigned threads,
                  const std::function<void()>& ended) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr first;
  const auto work = [&] {
    for (size_t i = next++; i < tasks.size(); i = next++) {
      try {
        tasks[i]();
        const std::lock_guard lock(mutex);
        if (ended) ended();
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (first == nullptr) first = std::current_exception();
        next = tasks.size();
      }
    }
  };
  std::vector<std::jthread> workers;
  const size_t many = std::min<size_t>(std::max(threads, 1u), tasks.size());
  for (size_t i = 1; i < many; ++i) workers.emplace_back(work);
  work();
  workers.clear();  // joins them
  if (first != nullptr) std::rethrow_exception(first);
}

}  // namespace hitbench
