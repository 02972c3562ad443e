#include "report/sections.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/printable.h"
#include "base/text.h"
#include "judge/thresholds.h"
#include "report/findings.h"
#include "report/section_parts.h"

namespace hitbench {
namespace {

void add_percentiles(std::vector<Figure>& figures, const LatencyResult RunResult::*kind, const std::string& word) {
  figures.push_back(percentile(kind, word, "p50", &Percentiles::p50_ns, 0));
  figures.push_back(percentile(kind, word, "p95", &Percentiles::p95_ns, 4));
  figures.push_back(percentile(kind, word, "p99", &Percentiles::p99_ns, 0));
  figures.push_back(percentile(kind, word, "p99_9", &Percentiles::p99_9_ns, 3));
}

Section reads_section(const Group& group, const Runs& runs, const std::vector<MeasuredRow>& all) {
  std::vector<Figure> figures{throughput_figure(), hit_figure()};
  const auto failed = [](const RunResult* run) { return run->failed_operations.value_or(0) > 0; };
  if (std::any_of(runs.begin(), runs.end(), failed)) figures.push_back(failed_figure());
  add_percentiles(figures, &RunResult::read, "read");
  figures.push_back(
      {.head = {"origin", "loads"},
       .cell =
           [](const RunResult& run) { return run.has_origin() ? count_cell(run.origin_load.loads) : nothing_cell(); },
       .expendable = 2});
  if (!group.searched) figures.push_back(factor_figure(all));
  return {.title = "Read response, " + loop_words(runs), .grid = grid_of(group, runs, figures)};
}

Section writes_section(const Group& group, const Runs& runs, bool deletes) {
  const LatencyResult RunResult::*kind = deletes ? &RunResult::erase : &RunResult::write;
  const WritesResult RunResult::*counts = deletes ? &RunResult::deletes : &RunResult::writes;
  std::vector<Figure> figures{{.head = {deletes ? "deletes" : "writes"}, .cell = [counts](const RunResult& run) {
                                 return count_cell((run.*counts).acknowledged);
                               }}};
  const auto failed = [counts](const RunResult* run) { return (run->*counts).failed > 0; };
  if (std::any_of(runs.begin(), runs.end(), failed)) {
    figures.push_back({.head = {"failed"}, .cell = [counts](const RunResult& run) {
                         const WritesResult& all = run.*counts;
                         return failed_cell(all.failed, all.acknowledged + all.failed);
                       }});
  }
  add_percentiles(figures, kind, deletes ? "delete" : "write");
  if (!deletes) {
    figures.push_back({.head = {"origin", "stores"},
                       .cell =
                           [](const RunResult& run) {
                             return run.has_origin() ? count_cell(run.origin_load.stores) : nothing_cell();
                           },
                       .expendable = 2});
  }
  return {.title = (deletes ? "Delete response, " : "Write response, ") + loop_words(runs),
          .grid = grid_of(group, runs, figures)};
}

// Their reads and writes stand in the other sections as well.
Section modifies_section(const Group& group, const Runs& runs) {
  std::vector<Figure> figures{
      {.head = {"timed"}, .cell = [](const RunResult& run) { return count_cell(run.modify.response.count); }}};
  add_percentiles(figures, &RunResult::modify, "modify");
  return {.title = "Modify response, from the read to the end of the write, " + loop_words(runs),
          .grid = grid_of(group, runs, figures)};
}

Figure consistency(std::vector<std::string> head, Maybe<uint64_t> Consistency::*count, int expendable = 0) {
  return {.head = std::move(head),
          .cell = [count](const RunResult& run) { return count_cell(run.consistency.*count); },
          .expendable = expendable};
}

bool updates_counted(const RunResult& run) { return run.consistency.lost_updates.has_value(); }

Section freshness_section(const Group& group, const Runs& runs) {
  std::vector<Figure> figures{
      consistency({"stale", "reads"}, &Consistency::stale_reads),
      {.head = {"staleness", "p99"},
       .cell = [](const RunResult& run) { return latency_cell(run.consistency.p99_staleness_ns); },
       .expendable = 2},
      {.head = {"staleness", "max"},
       .cell = [](const RunResult& run) { return time_cell(run.consistency.max_staleness_ns); },
       .expendable = 1},
      consistency({"dirty", "reads"}, &Consistency::dirty_reads),
      consistency({"non-monotonic", "reads"}, &Consistency::non_monotonic_reads, 4),
      consistency({"permanently", "stale keys"}, &Consistency::stuck_keys),
      consistency({"a TTL", "later"}, &Consistency::stuck_keys_after_ttl, 5),
      consistency({"lost", "writes"}, &Consistency::lost_writes)};
  // Only where something counts up.
  if (std::any_of(runs.begin(), runs.end(), [](const RunResult* run) { return updates_counted(*run); })) {
    figures.push_back(consistency({"lost", "updates"}, &Consistency::lost_updates));
  }
  figures.push_back(consistency({"corrupt", "values"}, &Consistency::corrupt_values));
  figures.push_back(consistency({"not", "checked"}, &Consistency::unchecked, 3));
  return telling_section("Freshness and safety", group, runs, figures);
}

// A cause as a share of all misses.
Figure cause(std::vector<std::string> head, Maybe<uint64_t> MissesResult::*count, int expendable = 0) {
  return {.head = std::move(head),
          .cell =
              [count](const RunResult& run) {
                const Maybe<uint64_t> misses = run.misses.*count;
                return misses ? share_cell(*misses, run.reads.miss) : nothing_cell();
              },
          .expendable = expendable};
}

Section misses_section(const Group& group, const Runs& runs) {
  std::vector<Figure> figures{
      {.head = {"misses"}, .cell = [](const RunResult& run) { return count_cell(run.reads.miss); }},
      cause({"first", "time"}, &MissesResult::first),
      cause({"expired"}, &MissesResult::expired),
      cause({"evicted"}, &MissesResult::evicted),
      cause({"deleted"}, &MissesResult::invalidated),
      cause({"lost"}, &MissesResult::lost, 3),
      cause({"loaded", "early"}, &MissesResult::early, 2),
      cause({"unknown"}, &MissesResult::unknown, 4),
      {.head = {"entries", "never read"},
       .cell = [](const RunResult& run) { return number_cell(run.backend.never_read, CellUnit::share); }}};
  // Only where the origin stood in for a cache that failed.
  const auto stood_in = [](const RunResult* run) { return run->misses.unavailable.value_or(0) > 0; };
  if (std::any_of(runs.begin(), runs.end(), stood_in)) {
    figures.insert(figures.end() - 2, cause({"cache", "failed"}, &MissesResult::unavailable));
  }
  return telling_section("Why reads missed", group, runs, figures);
}

Section origin_section(const Group& group, Runs runs) {
  std::erase_if(runs, [](const RunResult* run) { return !run->has_origin(); });
  const std::vector<Figure> figures{
      {.head = {"loads"}, .cell = [](const RunResult& run) { return count_cell(run.origin_load.loads); }},
      {.head = {"peak", "concurrent"},
       .cell = [](const RunResult& run) { return count_cell(run.origin_load.peak_concurrent_loads); }},
      {.head = {"peak", "per key"},
       .cell = [](const RunResult& run) { return count_cell(run.origin_load.peak_concurrent_loads_per_key); }},
      {.head = {"loads per", "expiry"},
       .cell =
           [](const RunResult& run) {
             return is_baseline(run) ? nothing_cell() : number_cell(run.origin_load.loads_per_expiry, CellUnit::ratio);
           },
       .expendable = 3},
      {.head = {"queued"},
       .cell = [](const RunResult& run) { return count_cell(run.origin_load.queued); },
       .expendable = 2},
      {.head = {"queue wait,", "mean"},
       .cell = [](const RunResult& run) { return time_cell(run.origin_load.queue_wait_mean_ns); },
       .expendable = 1},
      {.head = {"failed"}, .cell = [](const RunResult& run) { return count_cell(run.origin_load.failed); }}};
  return telling_section("Load on the origin", group, runs, figures);
}

Section cost_section(const Group& group, const Runs& runs) {
  const auto bytes_cell = [](Maybe<uint64_t> bytes) {
    return number_cell(bytes ? Maybe<double>(static_cast<double>(*bytes)) : std::nullopt, CellUnit::size);
  };
  const std::vector<Figure> figures{
      {.head = {"entries"},
       .cell = [](const RunResult& run) { return count_cell(run.backend.entries); },
       .expendable = 3},
      {.head = {"memory"}, .cell = [=](const RunResult& run) { return bytes_cell(run.backend.memory_bytes); }},
      {.head = {"resident"},
       .cell = [=](const RunResult& run) { return bytes_cell(run.backend.rss_bytes); },
       .expendable = 2},
      {.head = {"an entry"},
       .cell = [](const RunResult& run) { return number_cell(run.backend.memory_bytes_per_entry, CellUnit::size); }},
      {.head = {"evictions"}, .cell = [](const RunResult& run) { return count_cell(run.backend.evictions); }},
      {.head = {"server", "CPU/op"}, .cell = [](const RunResult& run) { return time_cell(run.backend.cpu_ns_per_op); }},
      {.head = {"client", "CPU/op"}, .cell = [](const RunResult& run) { return time_cell(run.client.cpu_ns_per_op); }}};
  return telling_section("Cost", group, runs, figures);
}

bool had_writes(const RunResult& run) { return run.writes.acknowledged + run.writes.failed > 0; }
bool had_modifies(const RunResult& run) { return run.modify.response.count > 0; }
bool had_deletes(const RunResult& run) { return run.deletes.acknowledged + run.deletes.failed > 0; }

// A scenario without writes cannot serve stale values; zeros would say nothing there.
bool tells_freshness(const RunResult& run) {
  const Consistency& c = run.consistency;
  const auto some = [](Maybe<uint64_t> count) { return count.value_or(0) > 0; };
  return (c.stale_reads && (had_writes(run) || had_deletes(run))) || some(c.stale_reads) || some(c.dirty_reads) ||
         some(c.stuck_keys) || some(c.lost_writes) || some(c.lost_updates) || some(c.corrupt_values);
}

bool tells_misses(const RunResult& run) { return run.misses.first && run.reads.miss > 0; }

bool tells_origin(const RunResult& run) {
  const OriginLoad& load = run.origin_load;
  return load.peak_concurrent_loads_per_key.value_or(0) > 1 || load.failed.value_or(0) > 0 ||
         load.queued.value_or(0) > 0;
}

bool tells_certainty(const RunResult& run) { return run.observer.count > 0; }

bool tells_cost(const RunResult& run) {
  return run.backend.memory_bytes || run.backend.cpu_ns_per_op || run.client.cpu_ns_per_op;
}

// Without `end`, if it ends so.
std::string without_end(std::string name, const std::string& end) {
  if (name.size() > end.size() && name.ends_with(end)) name.erase(name.size() - end.size());
  return name;
}

}  // namespace

std::vector<const RunResult*> selected_runs(const Result& result, const ReportStyle& style) {
  Runs runs;
  const std::vector<std::string> names = names_of(rows_of(result));
  if (style.rows.empty()) {
    for (const RunResult& run : result.runs) runs.push_back(&run);
  }
  for (const std::string& name : style.rows) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw usage_error(fmt::format("there is no row '{}'.{}", name, did_you_mean(name, names)),
                        fmt::format("the rows are: {}", fmt::join(names, ", ")));
    }
    for (const RunResult& run : result.runs) {
      if (run.name == name) runs.push_back(&run);
    }
  }
  return runs;
}

std::vector<const RunResult*> that_ran(std::vector<const RunResult*> runs) {
  std::erase_if(runs, [](const RunResult* run) { return run->skipped.has_value(); });
  return runs;
}

std::vector<MeasuredRow> selected_rows(const Result& result, const ReportStyle& style) {
  const std::vector<MeasuredRow> all = rows_of(result);
  std::vector<MeasuredRow> rows;
  for (const RunResult* run : selected_runs(result, style)) {
    if (find_row(rows, run->name) == nullptr) rows.push_back(*find_row(all, run->name));
  }
  return rows;
}

std::vector<ThresholdVerdict> selected_verdicts(const Result& result, const ReportStyle& style) {
  const std::vector<std::string>& rows = style.rows;
  std::vector<ThresholdVerdict> verdicts;
  for (const ThresholdVerdict& verdict : result.threshold_verdicts) {
    const bool selected = rows.empty() || std::find(rows.begin(), rows.end(), verdict.row) != rows.end();
    if (selected || verdict.row == kNoRow) verdicts.push_back(verdict);
  }
  return verdicts;
}

// A row without an origin (strategy direct) stands with the first group of its point of the sweep.
std::vector<Group> groups_of(const std::vector<const RunResult*>& runs, bool searched) {
  std::vector<Group> groups;
  const auto place = [&](const RunResult* run, bool any_origin) {
    for (Group& group : groups) {
      const RunResult& first = *group.runs.front();
      if (first.sweep != run->sweep || (!any_origin && first.origin != run->origin)) continue;
      group.runs.push_back(run);
      return;
    }
    groups.push_back({.title = "", .origin = "", .runs = {run}, .searched = searched});
  };
  std::vector<std::string> origins;
  for (const RunResult* run : runs) {
    if (!run->has_origin()) continue;
    place(run, false);
    if (std::find(origins.begin(), origins.end(), run->origin) == origins.end()) origins.push_back(run->origin);
  }
  for (const RunResult* run : runs) {
    if (!run->has_origin()) place(run, true);
  }
  for (Group& group : groups) {
    const RunResult& first = *group.runs.front();
    if (origins.size() > 1) group.origin = first.origin;
    if (groups.size() > 1 && !group.origin.empty()) group.title = "origin " + group.origin;
    if (groups.size() > 1 && first.sweep) add_part(group.title, *first.sweep);
  }
  return groups;
}

std::string name_without_sweep(const RunResult& run) {
  return run.sweep ? without_end(run.name, "?" + *run.sweep) : run.name;
}

std::string short_name(const RunResult& run, const Group& group) {
  if (group.title.empty()) return run.name;
  const std::string name = name_without_sweep(run);
  return group.origin.empty() ? name : without_end(name, "/" + group.origin);
}

Cell row_label(const RunResult& run, const Group& group) {
  Cell cell = text_cell(printable(short_name(run, group)));
  if (is_baseline(run) && run.validity.overloaded) cell.note = "(overloaded)";  // so are all ratios to it
  if (!run.validity.valid) cell.mark = Mark::invalid;
  return cell;
}

bool has_machine_percentiles(const std::vector<const RunResult*>& runs) {
  return std::any_of(runs.begin(), runs.end(),
                     [](const RunResult* run) { return !run->validity.machine_percentiles.empty(); });
}

std::optional<Section> recovery_of(const Group& group) {
  const Runs ran = that_ran(group.runs);
  const auto tells = [](const RunResult* run) { return tells_recovery(*run); };
  if (std::none_of(ran.begin(), ran.end(), tells)) return std::nullopt;
  return recovery_section(group, ran);
}

std::vector<Section> sections_of(const Group& group, const std::vector<MeasuredRow>& all) {
  const Runs ran = that_ran(group.runs);
  if (ran.empty()) return {};
  const auto any = [&](bool (*tells)(const RunResult&)) {
    return std::any_of(ran.begin(), ran.end(), [&](const RunResult* run) { return tells(*run); });
  };
  std::vector<Section> sections{reads_section(group, ran, all)};
  if (any(had_writes)) sections.push_back(writes_section(group, ran, false));
  if (any(had_deletes)) sections.push_back(writes_section(group, ran, true));
  if (any(had_modifies)) sections.push_back(modifies_section(group, ran));
  if (any(tells_misses)) sections.push_back(misses_section(group, ran));
  if (any(tells_freshness)) sections.push_back(freshness_section(group, ran));
  if (any(tells_origin)) sections.push_back(origin_section(group, ran));
  if (any(tells_certainty)) sections.push_back(certainty_section(group, ran));
  if (any(tells_cost)) sections.push_back(cost_section(group, ran));
  return sections;
}

}  // namespace hitbench
