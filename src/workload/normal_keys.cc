// normal: keys next to each other are about equally hot, most of all those in the middle: a bell curve over the key
// space, cut to the keys that there are. memtier_benchmark's --key-pattern=G, with its defaults for --key-median and
// --key-stddev (obj_gen.cpp: gaussian_distribution_range).
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "workload/parts.h"
#include "workload/random.h"

namespace hitbench {
namespace {

class NormalKeys final : public KeyDistribution {
 public:
  struct Bell {
    double mean;
    double stddev;
  };
  NormalKeys(uint64_t count, Bell bell) : count_(static_cast<double>(count)), bell_(bell) {
    bell_.mean = std::min(bell_.mean, std::nextafter(count_, 0.0));  // a width may vanish next to it
  }

  // Draws beyond the keys are drawn again. With the bell's middle among the keys and its width no more than theirs, a
  // third of all draws hit at the least.
  uint64_t next(Rng& rng, uint64_t, uint64_t) const override {
    for (;;) {
      const double key = bell_.mean + bell_.stddev * draw_normal(rng);
      if (key >= 0 && key < count_) return static_cast<uint64_t>(key);
    }
  }

  double probability(uint64_t key) const override {
    const auto from = static_cast<double>(key);
    return from < count_ ? (below(from + 1) - below(from)) / (below(count_) - below(0)) : 0;
  }

 private:
  // The share of the whole bell. For probabilities only: no draw depends on the machine's erf.
  double below(double key) const { return std::erf((key - bell_.mean) / bell_.stddev / std::sqrt(2)) / 2; }

  double count_;
  Bell bell_;
};

double param_up_to(uint64_t count, const Params& params, std::string_view name, double fallback) {
  if (!params.has(name)) return fallback;
  const double value = params.real(name);
  if (value <= static_cast<double>(count)) return value;
  throw usage_error("workload.keys." + std::string(name) + ": above the number of keys, " + std::to_string(count),
                    "use at most workload.keys.count");
}

}  // namespace

std::unique_ptr<KeyDistribution> make_normal_keys(const Params& params, uint64_t count, const Registry&) {
  const auto keys = static_cast<double>(count);
  return std::make_unique<NormalKeys>(count,
                                      NormalKeys::Bell{.mean = param_up_to(count, params, "mean", keys / 2),
                                                       .stddev = param_up_to(count, params, "stddev", (keys - 1) / 6)});
}

std::vector<Field> normal_keys_fields() {
  return {
      {.name = "mean",
       .type = FieldType::real,
       .fallback = "null",
       .doc = "the middle of the hot keys, from 0 to count; null: half of count",
       .min = 0},
      {.name = "stddev",
       .type = FieldType::real,
       .fallback = "null",
       .doc = "in keys, count at most: 68 % of the operations go to keys that are no further from the middle; null: "
              "(count - 1) / 6",
       .min = 0,
       .min_excluded = true}};
}

}  // namespace hitbench
