// exponential: memoryless times; the service times of the textbooks' M/M/c queue.
#include "workload/parts.h"
#include "workload/random.h"

namespace hitbench {
namespace {

class ExponentialLatency final : public DurationDistribution {
 public:
  explicit ExponentialLatency(Duration mean) : mean_(mean) {}
  Duration next(Rng& rng) const override {
    return to_duration(static_cast<double>(mean_.count()) * draw_exponential(rng));
  }
  Duration mean() const override { return mean_; }

 private:
  Duration mean_;
};

}  // namespace

std::unique_ptr<DurationDistribution> make_exponential_latency(const Params& params) {
  return std::make_unique<ExponentialLatency>(params.duration("mean"));
}

std::vector<Field> exponential_latency_fields() {
  return {{.name = "mean", .type = FieldType::duration, .fallback = "\"5ms\"", .doc = "the mean time", .min = 0}};
}

}  // namespace hitbench
