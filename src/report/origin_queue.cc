// Where the origin's queue, rather than the origin, decides how long a load takes: then a row is slow, and a cache
// looks good before it, because all clients of a closed loop ask at once. An open loop has a rate of its own, and
// report/need.cc says what the origin makes of that.
#include <fmt/format.h>

#include "base/units.h"
#include "judge/format.h"
#include "report/document.h"
#include "report/findings.h"

namespace hitbench {
namespace {

struct Queue {
  const RunResult* run = nullptr;
  double wait_ns = 0, service_ns = 0;  // means of a load

  double times() const { return wait_ns / service_ns; }
};

// What a load waited in the mean, those that did not wait included, and what it took besides; empty where that is not
// known. `load_ns` has both: the client sees no difference.
Maybe<Queue> queue_of(const RunResult& run) {
  if (run.skipped || !run.validity.valid || run.loop != "closed") return std::nullopt;
  const Maybe<double> wait = mean_origin_wait_ns(run.origin_load);
  if (!wait || !run.costs.load_ns) return std::nullopt;
  const double service = *run.costs.load_ns - *wait;
  if (service <= 0) return std::nullopt;
  return Queue{.run = &run, .wait_ns = *wait, .service_ns = service};
}

}  // namespace

Maybe<double> origin_wait_ns(const OriginLoad& load) {
  if (!load.queued || !load.queue_wait_mean_ns) return std::nullopt;
  return static_cast<double>(*load.queued) * static_cast<double>(*load.queue_wait_mean_ns);
}

Maybe<double> mean_origin_wait_ns(const OriginLoad& load) {
  const Maybe<double> wait = origin_wait_ns(load);
  const double calls = static_cast<double>(load.loads.value_or(0)) + static_cast<double>(load.stores.value_or(0));
  return wait && calls > 0 ? Maybe<double>(*wait / calls) : std::nullopt;
}

std::vector<Finding> queued_at_origin(const std::vector<const RunResult*>& runs) {
  Queue longest;
  size_t others = 0;
  for (const RunResult* run : runs) {
    const Maybe<Queue> queue = queue_of(*run);
    if (!queue || queue->times() <= 1) continue;
    if (longest.run != nullptr) ++others;
    if (longest.run == nullptr || queue->times() > longest.times()) longest = *queue;
  }
  if (longest.run == nullptr) return {};
  return {
      {.id = "origin-queue",
       .word = "queue",
       .text = fmt::format("{}{}: the origin answers in {}, but a load waits {} for its turn; use fewer app.clients, "
                           "more concurrency in the origin, or an open loop at your rate",
                           longest.run->name, others > 0 ? fmt::format(" and {} more", others) : "",
                           format_time(longest.service_ns), format_time(longest.wait_ns)),
       .tone = Finding::Tone::doubtful}};
}

}  // namespace hitbench
