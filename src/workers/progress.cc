#include "workers/progress.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <utility>

#include "app/row_plan.h"
#include "base/units.h"

namespace hitbench {
namespace {

constexpr Duration kStillPatience = std::chrono::seconds(10);

}  // namespace

Progress::Progress(size_t processes)
    : beats_(processes * sizeof(std::atomic<uint64_t>), "the processes' progress counters"), seen_(processes) {}

void Progress::look(Time now, Duration longest) {
  const Duration passed = std::min(now - std::exchange(looked_, now), longest);
  for (size_t i = 0; i < seen_.size(); ++i) {
    const uint64_t beats = beats_of(i).load(std::memory_order_relaxed);
    const bool moved = beats != std::exchange(seen_[i].beats, beats);
    seen_[i].still = moved ? Duration{0} : seen_[i].still + passed;
  }
}

// Four calls in a row for each read of a batch, and for each further try of it.
Duration longest_still(const RowPlan& row) {
  const AppSpec& app = row.scenario->app;
  const Params& strategy = row.strategy.params;
  int64_t calls = 4;
  if (row.cache.traits.blocks_thread) {
    calls *= 1 + app.retries;
    if (strategy.has("batch")) calls *= std::max<int64_t>(1, strategy.integer("batch"));
  }
  return kStillPatience + calls * app.timeout;
}

Error stands_still(size_t process, pid_t pid, Duration since) {
  siginfo_t state{};
  const bool told = waitid(P_PID, static_cast<id_t>(pid), &state, WSTOPPED | WNOHANG | WNOWAIT) == 0;
  const char* const why = told && state.si_pid == pid ? ": something outside of this run has stopped it (SIGSTOP)" : "";
  return environment_error(
      fmt::format("application process {} (pid {}) has not moved for {}{}", process, pid, format_duration(since), why),
      "see what holds it (a debugger, a frozen container, kill -STOP), and run again");
}

}  // namespace hitbench
