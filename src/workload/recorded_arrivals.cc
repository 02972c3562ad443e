// recorded: requests are due when they were, at their own pace or a faster one: bursts and nights are in it.
#include <algorithm>

#include "workload/parts.h"
#include "workload/recorded.h"

namespace hitbench {
namespace {

class RecordedArrivals final : public Arrivals {
 public:
  explicit RecordedArrivals(std::shared_ptr<const RecordedSchedule> schedule) : schedule_(std::move(schedule)) {}

  Loop loop() const override { return Loop::open; }
  uint64_t operations() const override { return schedule_->due_ns.size(); }

  // Where a phase before has ended with its operations, the gap to the next one.
  Duration first_due(int, Rng&) override {
    if (at_ >= schedule_->due_ns.size()) return Duration{0};
    const int64_t before = at_ == begins_at_ ? passed_ns_ : schedule_->due_ns[at_ - 1];
    return Duration(schedule_->due_ns[at_] - before);
  }
  uint64_t skip_to(Duration passed) override {
    passed_ns_ = passed.count();
    const auto next = std::lower_bound(schedule_->due_ns.begin(), schedule_->due_ns.end(), passed_ns_);
    at_ = begins_at_ = static_cast<size_t>(next - schedule_->due_ns.begin());
    return at_;
  }
  // None after the last one, which nobody waits for.
  Duration next_gap(Rng&) override {
    if (++at_ >= schedule_->due_ns.size()) return Duration{0};
    return Duration(schedule_->due_ns[at_] - schedule_->due_ns[at_ - 1]);
  }

 private:
  const std::shared_ptr<const RecordedSchedule> schedule_;
  size_t at_ = 0;          // of the next operation
  size_t begins_at_ = 0;   // with which this process begins, when
  int64_t passed_ns_ = 0;  // of the trace is over
};

}  // namespace

std::unique_ptr<Arrivals> make_recorded_arrivals(const Params& params, const ProcessPlace& place,
                                                 const Registry& registry) {
  return std::make_unique<RecordedArrivals>(recorded_schedule(params, place, registry));
}

}  // namespace hitbench
