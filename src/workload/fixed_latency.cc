// fixed: always the same time.
#include "workload/parts.h"

namespace hitbench {
namespace {

class FixedLatency final : public DurationDistribution {
 public:
  explicit FixedLatency(Duration value) : value_(value) {}
  Duration next(Rng&) const override { return value_; }
  Duration mean() const override { return value_; }

 private:
  Duration value_;
};

}  // namespace

std::unique_ptr<DurationDistribution> make_fixed_latency(const Params& params) {
  return std::make_unique<FixedLatency>(params.duration("value"));
}

std::vector<Field> fixed_latency_fields() {
  return {{.name = "value", .type = FieldType::duration, .fallback = "\"5ms\"", .doc = "the time it takes", .min = 0}};
}

}  // namespace hitbench
