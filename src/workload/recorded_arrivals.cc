// recorded: requests are due when they were, at their own pace or a faster one: bursts and nights are in it.
#include "workload/parts.h"
#include "workload/recorded.h"

namespace hitbench {
namespace {

class RecordedArrivals final : public Arrivals {
 public:
  explicit RecordedArrivals(std::shared_ptr<const RecordedSchedule> schedule) : schedule_(std::move(schedule)) {}

  Loop loop() const override { return Loop::open; }
  uint64_t operations() const override { return schedule_->due_ns.size(); }

  Duration first_due(int, Rng&) override {
    at_ = 0;
    return Duration(schedule_->due_ns.empty() ? 0 : schedule_->due_ns.front());
  }
  // None after the last one, which nobody waits for.
  Duration next_gap(Rng&) override {
    if (++at_ >= schedule_->due_ns.size()) return Duration{0};
    return Duration(schedule_->due_ns[at_] - schedule_->due_ns[at_ - 1]);
  }

 private:
  const std::shared_ptr<const RecordedSchedule> schedule_;
  size_t at_ = 0;
};

}  // namespace

std::unique_ptr<Arrivals> make_recorded_arrivals(const Params& params, const ProcessPlace& place,
                                                 const Registry& registry) {
  return std::make_unique<RecordedArrivals>(recorded_schedule(params, place, registry));
}

}  // namespace hitbench
