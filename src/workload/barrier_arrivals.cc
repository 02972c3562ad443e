// barrier: all clients at once on one key, a fresh one each time: the stampede in its purest form.
#include "workload/parts.h"

namespace hitbench {
namespace {

class BarrierArrivals final : public Arrivals {
 public:
  explicit BarrierArrivals(Duration every) : every_(every) {}
  Loop loop() const override { return Loop::barrier; }
  Duration next_gap(Rng&) override { return every_; }

 private:
  Duration every_;
};

}  // namespace

std::unique_ptr<Arrivals> make_barrier_arrivals(const Params& params, const ProcessPlace& /*place*/, const Registry&) {
  return std::make_unique<BarrierArrivals>(params.duration("every"));
}

std::vector<Field> barrier_arrivals_fields() {
  return {{.name = "every",
           .type = FieldType::duration,
           .fallback = "\"1s\"",
           .doc = "the time between two barriers",
           .min = 0,
           .min_excluded = true},
          {.name = "warm",
           .type = FieldType::boolean,
           .fallback = "false",
           .doc = "load the key first and let its TTL end before the clients come"}};
}

}  // namespace hitbench
