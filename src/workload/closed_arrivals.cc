// closed: each client starts its next operation when the last one is done and it has thought. A slow system gets less
// load, so this measures what the clients can get through, not what users would have waited.
#include "workload/parts.h"

namespace hitbench {
namespace {

class ClosedArrivals final : public Arrivals {
 public:
  explicit ClosedArrivals(Duration think) : think_(think) {}
  Loop loop() const override { return Loop::closed; }
  Duration next_gap(Rng&) override { return think_; }

 private:
  Duration think_;
};

}  // namespace

std::unique_ptr<Arrivals> make_closed_arrivals(const Params& params, int /*processes*/) {
  return std::make_unique<ClosedArrivals>(params.duration("think"));
}

std::vector<Field> closed_arrivals_fields() {
  return {{.name = "think",
           .type = FieldType::duration,
           .fallback = "\"0s\"",
           .doc = "a client's pause between operations",
           .min = 0}};
}

}  // namespace hitbench
