// lognormal: usually near the median, now and then several times as long, as databases answer.
#include "workload/parts.h"
#include "workload/random.h"

namespace hitbench {
namespace {

class LognormalLatency final : public DurationDistribution {
 public:
  explicit LognormalLatency(Lognormal ns) : ns_(ns) {}
  Duration next(Rng& rng) const override { return to_duration(ns_.draw(rng)); }
  Duration mean() const override { return to_duration(ns_.mean()); }

 private:
  Lognormal ns_;
};

}  // namespace

std::unique_ptr<DurationDistribution> make_lognormal_latency(const Params& params) {
  return std::make_unique<LognormalLatency>(
      Lognormal{.median = static_cast<double>(params.duration("median").count()), .sigma = params.real("sigma")});
}

std::vector<Field> lognormal_latency_fields() {
  return {{.name = "median",
           .type = FieldType::duration,
           .fallback = "\"5ms\"",
           .doc = "half of the times are shorter",
           .min = 0},
          {.name = "sigma",
           .type = FieldType::real,
           .fallback = "0.5",
           .doc = "standard deviation of the logarithm: 0.5 puts one time in a hundred above 3.2 times the median",
           .min = 0,
           .max = 5}};
}

}  // namespace hitbench
