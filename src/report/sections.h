// The tables of a report, as data: which rows stand together, which columns they have.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "judge/format.h"
#include "judge/measured_row.h"
#include "report/page.h"
#include "report/report.h"

namespace hitbench {

// Runs that may be compared with each other: of one origin and one point of the sweep.
struct Group {
  std::string title;   // "origin sqlite, app.clients=10"; empty where there is only one group
  std::string origin;  // empty where there is only one
  std::vector<const RunResult*> runs;
  bool searched = false;  // each at the rate that a search found for it: no time of one is held against another's
};

// The runs that the style selects, in its order. Throws Error{usage} for a row that the result does not have.
std::vector<const RunResult*> selected_runs(const Result& result, const ReportStyle& style);
// Those that were not skipped.
std::vector<const RunResult*> that_ran(std::vector<const RunResult*> runs);
std::vector<MeasuredRow> selected_rows(const Result& result, const ReportStyle& style);
// The verdicts of thresholds on these rows.
std::vector<ThresholdVerdict> selected_verdicts(const Result& result, const ReportStyle& style);
std::vector<Group> groups_of(const std::vector<const RunResult*>& runs, bool searched = false);

// Without the point of the sweep.
std::string name_without_sweep(const RunResult& run);
// The name in a group: without the origin and the point of the sweep that its title tells.
std::string short_name(const RunResult& run, const Group& group);
// The same in a table, with a mark on an invalid row.
Cell row_label(const RunResult& run, const Group& group);

// What became of the rows after a fault, where there was one.
std::optional<Section> recovery_of(const Group& group);

// All further tables of a group that have anything to tell: reads first, then writes, deletes, freshness, origin,
// certainty and cost.
std::vector<Section> sections_of(const Group& group, const std::vector<MeasuredRow>& all);

// The one table of a first screen: all rows, under the titles of their groups where there are several.
Section main_section(const std::vector<Group>& groups, const std::vector<MeasuredRow>& all);
// What stands in it beside figures: {"±", "95 % interval over the rounds"}.
std::vector<std::pair<std::string, std::string>> signs_in(const Grid& grid);
// In place of it where a sweep has many points: the metric that decides, drawn over the points; one section an origin.
bool is_long_sweep(const std::vector<Group>& groups);
std::vector<Section> chart_sections(const Result& result, const std::vector<Group>& groups);

// What no table needs to show: "No stale or dirty read, ...". Empty where nothing was counted.
std::string counted_nothing(const std::vector<const RunResult*>& runs);

// Where the style selects exactly two rows: what they differ in, each figure with the interval over its rounds.
std::optional<Section> side_by_side(const Result& result, const ReportStyle& style);

// Latency against throughput, one measurement per line, the lowest rate first.
Section load_section(const FindMaxResult& found);

inline constexpr const char* kMachinePercentile =
    "not the cache's doing: hitbench itself was late, or the server waited for a CPU";
bool has_machine_percentiles(const std::vector<const RunResult*>& runs);

}  // namespace hitbench
