// closed: each client starts its next operation when the last one is done and it has thought. A slow system gets less
// load, so this measures what the clients can get through, not what users would have waited.
#include "registry.h"
#include "workload/parts.h"

namespace hitbench {
namespace {

class ClosedArrivals final : public Arrivals {
 public:
  explicit ClosedArrivals(std::unique_ptr<DurationDistribution> think) : think_(std::move(think)) {}
  Loop loop() const override { return Loop::closed; }
  Duration next_gap(Rng& rng) override { return think_->next(rng); }

 private:
  const std::unique_ptr<DurationDistribution> think_;
};

}  // namespace

std::unique_ptr<Arrivals> make_closed_arrivals(const Params& params, const ProcessPlace& /*place*/,
                                               const Registry& registry) {
  const Part& think = params.part("think");
  return std::make_unique<ClosedArrivals>(row_named(registry.latencies, think.type).make(think.params));
}

std::vector<Field> closed_arrivals_fields() {
  return {{.name = "think",
           .type = FieldType::part,
           .fallback = "\"0s\"",
           .doc = "a client's pause between operations",
           .kind = "latency"}};
}

}  // namespace hitbench
