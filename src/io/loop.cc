#include "io/loop.h"

#include "io/parts.h"

namespace hitbench {

std::unique_ptr<Loop> Loop::real(Poll poll, Duration longest_sleep) { return make_real_loop(poll, longest_sleep); }
std::unique_ptr<Loop> Loop::virtual_time() { return make_virtual_loop(nullptr); }
Duration Loop::cost_of_readings(int64_t count) { return real_cost_of_readings(count); }

void run_on_fiber(Loop& loop, const std::function<void()>& body) {
  if (loop.in_fiber()) return body();
  loop.spawn(body);
  loop.run();
}

}  // namespace hitbench
