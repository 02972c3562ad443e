#include "engine/plan_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/fault.h"
#include "base/text.h"
#include "base/units.h"
#include "engine/plan_time.h"
#include "workload/workload.h"

namespace hitbench {
namespace {

std::string data_set_text(const RowPlan& row, const Registry& registry) {
  const WorkloadSpec& workload = row.scenario->workload;
  const double value_bytes = row.mean_value_bytes(registry);
  static_cast<void>(make_workload(workload, 0, 1, registry));  // throws what its parts refuse
  const auto keys = static_cast<double>(workload.key_count);
  return fmt::format("data set  {} of {}, values of {:.0f} {} on average: {}\n", counted(keys, "key"),
                     counted(workload.key_bytes, "byte"), value_bytes, plural(std::round(value_bytes), "byte"),
                     format_size(keys * (workload.key_bytes + value_bytes)));
}

std::string fault_text(const Fault& fault) {
  static constexpr const char* kTargets[] = {"the cache", "the origin", "process"};
  static constexpr const char* kActions[] = {"kill", "stop", "slow", "fail"};
  std::string target = kTargets[static_cast<int>(fault.target)];
  if (fault.target == Fault::Target::process) target += fmt::format(" {}", fault.index);
  std::string until = fault.lasts == Duration{0} ? "back at once" : "for " + spell_duration(fault.lasts);
  if (fault.lasts == kForever) until = "to the end";
  const std::string by = fault.by > Duration{0} ? " by " + spell_duration(fault.by) : "";
  return fmt::format("{} {}{} at {}, {}", kActions[static_cast<int>(fault.action)], target, by,
                     spell_duration(fault.at), until);
}

// Once where all rows have the same, else once for each point of the sweep.
std::string faults_text(const std::vector<RowPlan>& rows) {
  std::vector<std::pair<std::string, std::string>> points;  // its name, its faults a line each
  for (const RowPlan& row : rows) {
    if (!points.empty() && points.back().first == row.scenario->sweep) continue;
    std::string lines;
    for (const Fault& fault : row.scenario->faults) lines += fmt::format("fault     {}\n", fault_text(fault));
    points.emplace_back(row.scenario->sweep, lines);
  }
  const std::string& first = points.front().second;
  const bool same = std::all_of(points.begin(), points.end(), [&](const auto& point) { return point.second == first; });
  if (same) return first;
  std::string text;
  for (const auto& [name, lines] : points) text += fmt::format("with      {}\n{}", name, lines);
  return text;
}

double whole(double seconds) { return std::ceil(seconds - 1e-6); }  // what sums of fractions are off is no second

std::string time_text(const std::vector<RowPlan>& rows, const Registry& registry) {
  if (rows.front().scenario->virtual_clock) return "time      virtual: as long as simulating the operations takes\n";
  const auto [measuring, warm_up] = estimate_of(rows, registry);
  std::string text = measuring.uncounted || measuring.seconds == 0 ? "decided by the operations" : "";
  if (measuring.seconds > 0) {
    text += fmt::format("{}{} {:.0f} s", text.empty() ? "" : ", plus ",
                        measuring.at_most && !measuring.exceeds ? "up to" : "about", whole(measuring.seconds));
  }
  if (warm_up.seconds > 0) {
    text += fmt::format(", and {} {:.0f} s of warm-up", warm_up.exceeds ? "about" : "up to", whole(warm_up.seconds));
  }
  return fmt::format("time      {}, setup{} not counted\n", text,
                     warm_up.uncounted ? " and warm-up by operations" : "");
}

std::string measured_text(const RowPlan& row) {
  const MeasureSpec& measure = row.scenario->measure;
  const std::string much =
      measure.operations != 0 ? counted(measure.operations, "operation") : spell_duration(measure.duration);
  std::string text = fmt::format("{} in {}", much, counted(row.scenario->rounds, "round"));
  const bool told = row.has_cache && row.scenario->warmup.preload.has_value();
  return told ? text + fmt::format(", {:.6g} % of the keys loaded first", 100 * row.preloaded()) : text;
}

}  // namespace

std::string describe_plan(const std::vector<RowPlan>& rows, const Registry& registry) {
  std::string text = counted(rows.size(), "run") + "\n";
  size_t widest = 0;
  for (const RowPlan& row : rows) widest = std::max(widest, row.name.size());
  for (const RowPlan& row : rows) {
    const AppSpec& app = row.scenario->app;
    text += fmt::format("  {:<{}}  {} x {}, {}\n", row.name, widest, counted(app.processes, "process"),
                        counted(app.clients, "client"), measured_text(row));
  }
  text += data_set_text(rows.front(), registry);
  if (!rows.front().keys_doubt.empty()) text += "warning   " + rows.front().keys_doubt + "\n";
  return text + faults_text(rows) + time_text(rows, registry);
}

}  // namespace hitbench
