// Independent tasks on all CPUs.
#pragma once

#include <functional>
#include <vector>

namespace hitbench {

// Returns when all have ended. After one has thrown no further one is started, and the first exception is thrown again.
// `ended` is called after each, by whichever thread, one at a time; it may be empty.
void run_parallel(const std::vector<std::function<void()>>& tasks, unsigned threads,
                  const std::function<void()>& ended);

}  // namespace hitbench
