// open: operations are due when they are due, however slow the system is, as users arrive. Poisson arrivals are what
// many independent users make; constant ones come at equal distances.
#include "workload/parts.h"
#include "workload/random.h"

namespace hitbench {
namespace {

class OpenArrivals final : public Arrivals {
 public:
  OpenArrivals(double mean_gap_ns, bool poisson, int processes)
      : mean_gap_ns_(mean_gap_ns), poisson_(poisson), processes_(processes) {}

  Loop loop() const override { return Loop::open; }

  Duration next_gap(Rng& rng) override {
    // What a whole nanosecond cuts off is carried over, so that the rate is exact.
    const double gap_ns = carry_ns_ + mean_gap_ns_ * (poisson_ ? draw_exponential(rng) : 1);
    const int64_t whole = static_cast<int64_t>(gap_ns);
    carry_ns_ = gap_ns - static_cast<double>(whole);
    return Duration(whole);
  }

  // Constant: the processes take turns, so that all of them together come at equal distances. Poisson: nobody knows how
  // long ago the last one came, so the first is a gap away; one at the start would be one too many.
  Duration first_due(int process, Rng& rng) override {
    return poisson_ ? next_gap(rng) : Duration(static_cast<int64_t>(mean_gap_ns_ * process / processes_));
  }

 private:
  double mean_gap_ns_;
  bool poisson_;
  int processes_;
  double carry_ns_ = 0;
};

}  // namespace

std::unique_ptr<Arrivals> make_open_arrivals(const Params& params, int processes, const Registry&) {
  const double mean_gap_ns = 1e9 * processes / params.real("rate");
  return std::make_unique<OpenArrivals>(mean_gap_ns, params.text("process") == "poisson", processes);
}

std::vector<Field> open_arrivals_fields() {
  return {{.name = "rate",
           .type = FieldType::real,
           .fallback = "",
           .doc = "operations a second, over all processes",
           .min = 1e-6,
           .max = 1e9},
          {.name = "process",
           .type = FieldType::text,
           .fallback = "\"poisson\"",
           .doc = "poisson: independent users; constant: equal distances",
           .choices = {"poisson", "constant"}}};
}

}  // namespace hitbench
