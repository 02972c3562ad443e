// The input of github-action-benchmark with `tool: customSmallerIsBetter`, which keeps figures over commits and draws
// them. Everything is turned so that smaller is better (misses for hits, time per operation for throughput), so that
// one file says all. https://github.com/benchmark-action/github-action-benchmark
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/text.h"
#include "report/report.h"
#include "report/sections.h"

namespace hitbench {
namespace {

using Json = nlohmann::ordered_json;

struct Entry {
  const char* name;
  const char* unit;
  const char* metric;
  double (*cost)(double value);
};

double as_it_is(double value) { return value; }

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {
      {"time per operation", "ns", "throughput", [](double ops_s) { return 1e9 / ops_s; }},
      {"failed", "%", "failed_share", [](double share) { return 100 * share; }},
      {"misses", "%", "hit_ratio", [](double hits) { return 100 * (1 - hits); }},
      {"read.response.p50", "ns", "read.response.p50", as_it_is},
      {"read.response.p99", "ns", "read.response.p99", as_it_is},
      {"write.response.p50", "ns", "write.response.p50", as_it_is},
      {"write.response.p99", "ns", "write.response.p99", as_it_is},
  };
  return all;
}

// Half the width of the 95 % interval over the rounds.
std::string range_of(const MeasuredRow& row, const Entry& entry) {
  std::vector<double> costs;
  for (const auto& [round, value] : row.by_round(entry.metric)) costs.push_back(entry.cost(value));
  const std::optional<Interval> interval = mean_interval(costs);
  if (!interval) return "";
  const double half = (interval->high - interval->low) / 2;
  return half < 1000 ? fmt::format("± {:.3g}", half) : fmt::format("± {:.0f}", half);
}

std::string extra_of(const RunResult& run) {
  return fmt::format("{}\n{} clock\n{} {} in {}", run.arrivals, run.clock, run.operations,
                     plural(static_cast<double>(run.operations), "operation"), counted(run.rounds.size(), "round"));
}

void add_row(Json& list, const MeasuredRow& row) {
  for (const Entry& entry : entries()) {
    const Maybe<double> value = row.value(entry.metric);
    if (!value || !std::isfinite(entry.cost(*value))) continue;
    if (entry.metric == std::string_view("failed_share") && *value == 0) continue;  // nothing to draw
    Json json = {
        {"name", fmt::format("{} {}", row.name, entry.name)}, {"unit", entry.unit}, {"value", entry.cost(*value)}};
    if (const std::string range = range_of(row, entry); !range.empty()) json["range"] = range;
    json["extra"] = extra_of(row.run());
    list.push_back(std::move(json));
  }
}

}  // namespace

// Invalid and skipped rows have no figures to keep.
std::string report_benchmark_action(const Result& result, const ReportStyle& style) {
  Json list = Json::array();
  for (const MeasuredRow& row : selected_rows(result, style)) {
    if (row.valid()) add_row(list, row);
  }
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hitbench
