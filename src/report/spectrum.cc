#include "report/spectrum.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "report/sections.h"

namespace hitbench {

void each_distribution(const Result& result, const ReportStyle& style,
                       const std::function<void(const std::string&, const Percentiles&, const RunResult&)>& each) {
  for (const RunResult* run : selected_runs(result, style)) {
    std::string row = printable(run->name);
    std::replace_if(
        row.begin(), row.end(), [](char c) { return c == ' ' || c == ','; }, '_');
    const auto add = [&](const char* kind, const LatencyResult& latency) {
      const auto one = [&](const char* duration, const Percentiles& percentiles) {
        if (!percentiles.histogram.empty()) each(fmt::format("{}/{}.{}", row, kind, duration), percentiles, *run);
      };
      one("response", latency.response);
      one("service", latency.service);
      one("gen_late", latency.gen_late);
      one("failed", latency.failed);
    };
    add("read", run->read);
    add("write", run->write);
    add("delete", run->erase);
    add("modify", run->modify);
  }
}

std::string invalid_line(const RunResult& run) {
  if (run.validity.valid) return "";
  const std::vector<Doubt>& reasons = run.validity.reasons;
  return fmt::format("#[INVALID: {}]\n", reasons.empty() ? "no reason was recorded" : printable(reasons.front().text));
}

}  // namespace hitbench
