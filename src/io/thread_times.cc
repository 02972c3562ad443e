#include "io/thread_times.h"

#include <algorithm>
#include <chrono>
#include <fstream>

#include "io/processes.h"

namespace hitbench {
namespace {

// Measured with nobody else on the CPU: 3 to 14 us a turn on a virtual machine (docs/method.md, "Server or machine?").
constexpr Duration kToBeWoken = std::chrono::microseconds(10);

// Three numbers: ns that it ran, ns that it waited, turns.
std::optional<ThreadTime> read_time(const std::string& file) {
  int64_t ran = 0, waited = 0;
  ThreadTime time;
  std::ifstream in(file);
  if (!(in >> ran >> waited >> time.turns)) return std::nullopt;
  time.ran = Duration(ran);
  time.waited = Duration(waited);
  return time;
}

}  // namespace

ThreadTimes ThreadTimes::since(const ThreadTimes& before) const {
  ThreadTimes passed = *this;
  for (auto& [thread, time] : passed.threads) {
    const auto known = before.threads.find(thread);
    if (known == before.threads.end() || known->second.turns > time.turns) continue;  // a new one of that number
    time.ran -= known->second.ran;
    time.waited -= known->second.waited;
    time.turns -= known->second.turns;
  }
  return passed;
}

void ThreadTimes::add(const ThreadTimes& more) {
  for (const auto& [thread, time] : more.threads) {
    ThreadTime& sum = threads[thread];
    sum.ran += time.ran;
    sum.waited += time.waited;
    sum.turns += time.turns;
  }
}

Duration ThreadTimes::ran() const {
  Duration sum{0};
  for (const auto& [thread, time] : threads) sum += time.ran;
  return sum;
}

Duration ThreadTimes::waited() const {
  Duration sum{0};
  for (const auto& [thread, time] : threads) sum += time.waited;
  return sum;
}

std::optional<double> ThreadTimes::kept_waiting(Duration wall) const {
  const double work = in_seconds(ran());
  if (work <= 0 || wall <= Duration{0}) return std::nullopt;
  double share = 0;
  for (const auto& [thread, time] : threads) {
    const double beyond = in_seconds(time.waited) - static_cast<double>(time.turns) * in_seconds(kToBeWoken);
    share += in_seconds(time.ran) / work * std::clamp(beyond / in_seconds(wall), 0.0, 1.0);
  }
  return std::min(share, 1.0);
}

std::optional<ThreadTimes> thread_times(std::span<const pid_t> pids, const std::string& proc) {
  ThreadTimes times;
  for (const pid_t pid : pids) {
    const std::string folder = proc + "/" + std::to_string(pid) + "/task";
    for (const pid_t thread : numbered_entries(folder)) {
      const std::optional<ThreadTime> time = read_time(folder + "/" + std::to_string(thread) + "/schedstat");
      if (time) times.threads[thread] = *time;
    }
  }
  // A kernel that keeps no account says "0 0 0".
  if (times.ran() == Duration{0}) return std::nullopt;
  return times;
}

}  // namespace hitbench
