#include <utility>

#include "workload/key_text.h"
#include "workload/parts.h"
#include "workload/recorded.h"
#include "workload/trace/actions.h"

namespace hitbench {
namespace {

// A trace's requests. What it deletes and asks for later is absent, as it was; what was absent there is no row here.
class RecordedWorkload final : public Workload {
 public:
  RecordedWorkload(const WorkloadSpec& spec, std::shared_ptr<const CompactTrace> trace,
                   std::shared_ptr<const RecordedSchedule> schedule, std::unique_ptr<KeyDistribution> keys)
      : trace_(std::move(trace)), schedule_(std::move(schedule)), keys_(std::move(keys)), text_(spec, *keys_) {}

  // Where a closed loop lasts longer than the trace, it begins again.
  Operation next(Rng&, uint64_t position) override {
    if (schedule_->requests.empty()) return {};
    const CompactRequest& request = trace_->requests()[schedule_->requests[position % schedule_->requests.size()]];
    const uint64_t key = request.absent() ? kFirstAbsentKey + request.key : request.key;
    return {.action = action_of(request.operation()), .key = key};
  }

  Key key(uint64_t id, std::string& out) const override {
    text_.write(id, out);
    return {.id = id, .text = out};
  }
  uint64_t key_count() const override { return trace_->keys(); }
  void inserted(uint64_t) override {}

 private:
  const std::shared_ptr<const CompactTrace> trace_;
  const std::shared_ptr<const RecordedSchedule> schedule_;
  const std::unique_ptr<KeyDistribution> keys_;
  const KeyText text_;
};

}  // namespace

std::unique_ptr<Workload> make_recorded_workload(const WorkloadSpec& spec, const ProcessPlace& place,
                                                 const Registry& registry) {
  const Params& params = spec.keys.params;
  return std::make_unique<RecordedWorkload>(spec, recorded_trace(params, registry),
                                            recorded_schedule(params, place, registry),
                                            make_keys(spec.keys, spec.key_count, registry));
}

}  // namespace hitbench
