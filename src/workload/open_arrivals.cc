// open: operations are due when they are due, however slow the system is, as users arrive. Poisson arrivals are what
// many independent users make; constant ones come at equal distances, the first at the start, so that a time has rate x
// time of them, not one more or less.
#include <cmath>

#include "workload/parts.h"
#include "workload/random.h"

namespace hitbench {
namespace {

// What a whole nanosecond cuts off is carried over, so that the rate is exact.
class PoissonArrivals final : public Arrivals {
 public:
  explicit PoissonArrivals(double mean_gap_ns) : mean_gap_ns_(mean_gap_ns) {}

  Loop loop() const override { return Loop::open; }

  Duration next_gap(Rng& rng) override {
    const double gap_ns = carry_ns_ + mean_gap_ns_ * draw_exponential(rng);
    const int64_t whole = static_cast<int64_t>(gap_ns);
    carry_ns_ = gap_ns - static_cast<double>(whole);
    return Duration(whole);
  }

  // Nobody knows how long ago the last one came, so the first is a gap away; one at the start would be one too many.
  Duration first_due(int, Rng& rng) override { return next_gap(rng); }

 private:
  double mean_gap_ns_;
  double carry_ns_ = 0;
};

// The processes take turns, so that all of them together come at equal distances.
class ConstantArrivals final : public Arrivals {
 public:
  ConstantArrivals(double rate, int processes) : rate_(rate), processes_(processes) {}

  Loop loop() const override { return Loop::open; }

  Duration next_gap(Rng&) override {
    const int64_t before = due_ns_;
    number_ += processes_;
    due_ns_ = due_ns();
    return Duration(due_ns_ - before);
  }

  Duration first_due(int process, Rng&) override {
    number_ = process;
    due_ns_ = due_ns();
    return Duration(due_ns_);
  }

 private:
  // Rounded up, and from the number rather than from the last one: at 3/s the 91st is due when 30 s are over, and
  // neither a nanosecond cut off nor a sum of roundings may bring it before their end. Less than kExact above a whole
  // nanosecond is such a rounding.
  int64_t due_ns() const {
    constexpr double kExact = 0.01;
    return static_cast<int64_t>(std::ceil(static_cast<double>(number_) * 1e9 / rate_ - kExact));
  }

  double rate_;
  int processes_;
  int64_t number_ = 0;  // of the last one that was told, over all processes
  int64_t due_ns_ = 0;  // when it is due
};

}  // namespace

std::unique_ptr<Arrivals> make_open_arrivals(const Params& params, const ProcessPlace& place, const Registry&) {
  const double rate = params.real("rate");
  if (params.text("process") == "constant") return std::make_unique<ConstantArrivals>(rate, place.processes);
  return std::make_unique<PoissonArrivals>(1e9 * place.processes / rate);
}

std::vector<Field> open_arrivals_fields() {
  return {{.name = "rate",
           .type = FieldType::real,
           .fallback = "",
           .doc = "operations per second, over all processes",
           .min = 1e-6,
           .max = 1e9},
          {.name = "process",
           .type = FieldType::text,
           .fallback = "\"poisson\"",
           .doc = "poisson: independent users; constant: equal distances",
           .choices = {"poisson", "constant"}}};
}

}  // namespace hitbench
