// HdrHistogram's interval log, version 1.3 (HdrHistogram.java, HistogramLogWriter): each distribution of the result is
// one interval, as long as the measuring, with a tag of its own. All of them begin with the log, at its StartTime, from
// which readers count time stamps that lie more than a year before it (HistogramLogReader); it is zero where a result
// has no date.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "report/spectrum.h"

namespace hitbench {
namespace {

double started_s(const Result& result) {
  const auto environment = nlohmann::json::parse(result.environment_json, nullptr, false);
  const bool dated = environment.is_object() && environment.contains("started_unix_s");
  return dated && environment["started_unix_s"].is_number() ? environment["started_unix_s"].get<double>() : 0;
}

}  // namespace

std::string report_hlog(const Result& result, const ReportStyle& style) {
  std::string text = fmt::format(
      "#[Logged with hitbench]\n#[Histogram log format version 1.3]\n#[StartTime: {:.3f} (seconds since epoch)]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
      started_s(result));
  each_distribution(result, style, [&](const std::string& name, const Percentiles& latency, const RunResult& run) {
    text += invalid_line(run);
    text += fmt::format("Tag={},0.000,{:.3f},{:.6f},{}\n", name, static_cast<double>(run.duration_ns) / 1e9,
                        static_cast<double>(latency.max_ns.value_or(0)) / 1e6, printable(latency.histogram));
  });
  return text;
}

}  // namespace hitbench
