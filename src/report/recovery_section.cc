// The table "After the fault": what was lost, for how long, and when it was back.
#include "report/section_parts.h"

namespace hitbench {
namespace {

Cell from_the_fault_on(Maybe<int64_t> ns) {
  Cell cell = time_cell(ns);
  cell.note = "from the fault on";
  return cell;
}

// When a figure was back: counted from the heal, or from the fault's beginning where it needed no heal, or where an old
// result does not know of one. A dash: not measured.
Cell back_cell(const Recovery& recovery, Maybe<RecoveryState> state, Maybe<int64_t> after_heal, Maybe<int64_t> in_all) {
  if (!state) return in_all ? from_the_fault_on(in_all) : nothing_cell();
  if (*state == RecoveryState::did_not_get_worse) return text_cell("did not get worse");
  if (*state == RecoveryState::not_recovered) return text_cell("not back");
  const bool before_heal = !recovery.outage_ns || in_all.value_or(0) < *recovery.outage_ns;
  return before_heal ? from_the_fault_on(in_all) : time_cell(after_heal);
}

Cell outage_cell(const RunResult& run) {
  if (run.recovery.outage_ns) return time_cell(run.recovery.outage_ns);
  return run.recovery.hit_ratio_state ? text_cell("to the end") : nothing_cell();
}

}  // namespace

bool tells_recovery(const RunResult& run) {
  return run.recovery.origin_loads_peak_s || run.recovery.baseline_hit_ratio;
}

Section recovery_section(const Group& group, const Runs& runs) {
  const std::vector<Figure> figures{
      {.head = {"hit %", "before"},
       .cell = [](const RunResult& run) { return number_cell(run.recovery.baseline_hit_ratio, CellUnit::percent); },
       .expendable = 1},
      {.head = {"outage"}, .cell = outage_cell, .expendable = 3},
      {.head = {"hit % back", "after it"},
       .cell =
           [](const RunResult& run) {
             const Recovery& recovery = run.recovery;
             return back_cell(recovery, recovery.hit_ratio_state, recovery.hit_ratio_after_heal_ns,
                              recovery.hit_ratio_ns);
           }},
      {.head = {"p99 back", "after it"},
       .cell =
           [](const RunResult& run) {
             const Recovery& recovery = run.recovery;
             return back_cell(recovery, recovery.p99_state, recovery.p99_after_heal_ns, recovery.p99_ns);
           }},
      {.head = {"loads/s", "before"},
       .cell = [](const RunResult& run) { return number_cell(run.recovery.baseline_origin_loads_s, CellUnit::count); },
       .expendable = 2},
      {.head = {"loads/s,", "peak"},
       .cell = [](const RunResult& run) { return count_cell(run.recovery.origin_loads_peak_s); }}};
  return telling_section("After the fault", group, runs, figures);
}

}  // namespace hitbench
