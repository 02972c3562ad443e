// HdrHistogram's percentile spectrum, as its plotter (hdrhistogram.github.io) reads it: values in milliseconds, at
// percentiles that come closer to 100 % by half in every five steps. One block a distribution, each under a comment
// with its name; the plotter takes a file of one block (--rows).
#include <fmt/format.h>

#include <cmath>

#include "metrics/histogram.h"
#include "report/spectrum.h"

namespace hitbench {
namespace {

constexpr double kStepsToHalf = 5;  // HdrHistogram's default: percentileTicksPerHalfDistance

double ms(double ns) { return ns / 1e6; }

// The next percentile to be told after `percent` (PercentileIterator.java).
double step_after(double percent) {
  const double halvings = std::floor(std::log2(100 / (100 - percent))) + 1;
  return percent + 100 / (kStepsToHalf * std::exp2(halvings));
}

std::string lines_of(const Histogram& histogram) {
  std::string text;
  const auto all = static_cast<double>(histogram.count());
  uint64_t seen = 0;
  double percent = 0;
  for (size_t i = 0; i < Histogram::kBuckets && seen < histogram.count(); ++i) {
    seen += histogram.count_at(i);
    if (histogram.count_at(i) == 0) continue;
    const double reached = 100 * static_cast<double>(seen) / all;
    const double value = ms(static_cast<double>(Histogram::highest_of(i)));
    for (; percent < 100 && reached >= percent; percent = step_after(percent)) {
      text += fmt::format("{:12.6f} {:2.12f} {:10} {:14.2f}\n", value, percent / 100, seen, 1 / (1 - percent / 100));
      if (seen == histogram.count()) break;  // the last line says it
    }
  }
  return text + fmt::format("{:12.6f} {:2.12f} {:10}\n", ms(static_cast<double>(histogram.max())), 1.0, seen);
}

double deviation(const Histogram& histogram) {
  const double mean = histogram.mean();
  double squares = 0;
  for (size_t i = 0; i < Histogram::kBuckets; ++i) {
    const double middle = static_cast<double>(Histogram::lowest_of(i) + Histogram::highest_of(i)) / 2;
    squares += static_cast<double>(histogram.count_at(i)) * (middle - mean) * (middle - mean);
  }
  return std::sqrt(squares / static_cast<double>(histogram.count()));
}

}  // namespace

std::string report_hgrm(const Result& result, const ReportStyle& style) {
  std::string text;
  each_distribution(result, style, [&](const std::string& name, const Percentiles& latency, const RunResult& run) {
    const Histogram histogram = Histogram::decode_v2(latency.histogram);
    text += (text.empty() ? "" : "\n") + fmt::format("#[{}, ms]\n", name) + invalid_line(run);
    text += fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    text += lines_of(histogram);
    text += fmt::format("#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n", ms(latency.mean_ns.value_or(0)),
                        ms(deviation(histogram)));
    text += fmt::format("#[Max     = {:12.3f}, Total count    = {:12}]\n", ms(static_cast<double>(histogram.max())),
                        histogram.count());
    text += fmt::format("#[Buckets = {:12}, SubBuckets     = {:12}]\n",
                        (Histogram::kBuckets >> Histogram::kHalfBits) - 1, Histogram::kSubBuckets);
  });
  return text;
}

}  // namespace hitbench
