// HdrHistogram's interval log, version 1.3 (HdrHistogram.java, HistogramLogWriter): each distribution of the result is
// one interval, as long as the measuring, with a tag of its own. A result has no date, so all of them start at zero.
#include <fmt/format.h>

#include "report/spectrum.h"

namespace hitbench {

std::string report_hlog(const Result& result, const ReportStyle& style) {
  std::string text =
      "#[Logged with hitbench]\n#[Histogram log format version 1.3]\n#[StartTime: 0.000 (seconds since epoch)]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n";
  each_distribution(result, style, [&](const std::string& name, const Percentiles& latency, const RunResult& run) {
    text += fmt::format("Tag={},0.000,{:.3f},{:.6f},{}\n", name, static_cast<double>(run.duration_ns) / 1e9,
                        static_cast<double>(latency.max_ns.value_or(0)) / 1e6, latency.histogram);
  });
  return text;
}

}  // namespace hitbench
