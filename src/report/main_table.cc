// The one table of a first screen: of each row what decides, and of what went wrong only what did.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/section_parts.h"

namespace hitbench {
namespace {

// What should not be. A column where a row has some, a word of counted_nothing() where none has.
struct Harm {
  std::string word;
  std::vector<std::string> head;
  std::function<Maybe<uint64_t>(const RunResult&)> count;  // nothing: not counted
  std::function<Cell(const RunResult&)> cell;
};

Harm of_consistency(const std::string& word, std::vector<std::string> head, Maybe<uint64_t> Consistency::*count) {
  return {.word = word,
          .head = std::move(head),
          .count = [count](const RunResult& run) { return run.consistency.*count; },
          .cell = [count](const RunResult& run) { return count_cell(run.consistency.*count); }};
}

Cell stale_cell(const RunResult& run) {
  const Maybe<uint64_t> stale = run.consistency.stale_reads;
  return stale.value_or(0) == 0 ? count_cell(stale) : share_cell(*stale, answered(run.reads));
}

std::vector<Harm> all_harms() {
  std::vector<Harm> harms{{.word = "failed",
                           .head = failed_figure().head,
                           .count = [](const RunResult& run) { return run.failed_operations; },
                           .cell = failed_figure().cell},
                          of_consistency("stale", {"stale", "reads"}, &Consistency::stale_reads),
                          of_consistency("dirty", {"dirty", "reads"}, &Consistency::dirty_reads),
                          of_consistency("permanently stale", {"stale", "for good"}, &Consistency::stuck_keys),
                          of_consistency("lost", {"lost", "writes"}, &Consistency::lost_writes),
                          of_consistency("updates lost", {"lost", "updates"}, &Consistency::lost_updates),
                          of_consistency("corrupt", {"corrupt", "values"}, &Consistency::corrupt_values)};
  harms[1].cell = stale_cell;
  return harms;
}

bool any_of_runs(const Runs& runs, const std::function<bool(const RunResult&)>& is) {
  return std::any_of(runs.begin(), runs.end(), [&](const RunResult* run) { return is(*run); });
}

bool happened(const Harm& harm, const Runs& runs) {
  return any_of_runs(runs, [&](const RunResult& run) { return harm.count(run).value_or(0) > 0; });
}

bool has_reads(const RunResult& run) { return answered(run.reads) + run.reads.failed > 0; }
bool has_timed_writes(const RunResult& run) { return run.write.response.count > 0; }

std::vector<Figure> main_figures(const Runs& runs, const std::vector<MeasuredRow>& all, bool searched) {
  const bool reads = any_of_runs(runs, has_reads) || !any_of_runs(runs, has_timed_writes);
  const LatencyResult RunResult::*kind = reads ? &RunResult::read : &RunResult::write;
  const std::string word = reads ? "read" : "write";
  std::vector<Figure> figures{throughput_figure()};
  figures.back().expendable = 3;
  if (reads) figures.push_back(hit_figure());
  const std::vector<Harm> harms = all_harms();
  const auto add = [&](const Harm& harm) {
    if (happened(harm, runs)) figures.push_back({.head = harm.head, .cell = harm.cell, .expendable = 1});
  };
  add(harms.front());  // what follows is of answers only
  const auto add_percentile = [&](auto of, const std::string& of_word, const char* name, auto quantile,
                                  int expendable) {
    figures.push_back(percentile(of, of_word, name, quantile, expendable));
    figures.back().head.insert(figures.back().head.begin(), of_word);
  };
  figures.push_back(
      {.head = {word, "mean"},
       .cell = [kind](const RunResult& run) { return number_cell((run.*kind).response.mean_ns, CellUnit::time); },
       .expendable = 3});
  add_percentile(kind, word, "p50", &Percentiles::p50_ns, 0);
  add_percentile(kind, word, "p99", &Percentiles::p99_ns, 0);
  add_percentile(kind, word, "p99_9", &Percentiles::p99_9_ns, 5);
  if (reads && any_of_runs(runs, has_timed_writes)) {
    add_percentile(&RunResult::write, "write", "p99", &Percentiles::p99_ns, 4);
  }
  if (any_of_runs(runs, [](const RunResult& run) { return run.has_origin(); })) {
    figures.push_back({.head = {"origin", "loads/s"},
                       .cell = [](const RunResult& run) { return number_cell(loads_per_second(run), CellUnit::rate); },
                       .expendable = 2});
  }
  std::for_each(harms.begin() + 1, harms.end(), add);
  if (any_of_runs(runs, [](const RunResult& run) { return run.backend.evictions.value_or(0) > 0; })) {
    figures.push_back({.head = {"evictions"},
                       .cell = [](const RunResult& run) { return count_cell(run.backend.evictions); },
                       .expendable = 6});
  }
  // What is surely slower needs no interval here, and the column no more room.
  const Figure of_all = factor_figure(all);
  const Figure factor{.head = of_all.head, .cell = [cell = of_all.cell](const RunResult& run) {
                        Cell found = cell(run);
                        if (found.interval && found.interval->high < 1) found.interval.reset();
                        return found;
                      }};
  if (!searched && reads && any_of_runs(runs, [&](const RunResult& run) { return factor.cell(run).value.has_value(); }))
    figures.push_back(factor);
  return figures;
}

Runs ran_in(const std::vector<Group>& groups) {
  Runs runs;
  for (const Group& group : groups) runs.insert(runs.end(), group.runs.begin(), group.runs.end());
  return that_ran(std::move(runs));
}

// Under the title of its group, where there are several.
void add_rows(Grid& all, Grid rows, const std::string& title) {
  if (all.columns.empty()) all.columns = rows.columns;
  if (!title.empty()) {
    std::vector<Cell> head(all.columns.size(), text_cell(""));
    head.front() = text_cell(title);
    all.rows.push_back(std::move(head));
  }
  for (std::vector<Cell>& row : rows.rows) {
    row.front().is_indented = !title.empty();
    all.rows.push_back(std::move(row));
  }
}

}  // namespace

Section main_section(const std::vector<Group>& groups, const std::vector<MeasuredRow>& all) {
  const Runs runs = ran_in(groups);
  Section section{.title = "", .grid = {}, .names_hidden_columns = true};
  if (runs.empty()) return section;
  const std::vector<Figure> figures = main_figures(runs, all, groups.front().searched);
  for (const Group& group : groups) {
    const Runs ran = that_ran(group.runs);
    if (!ran.empty()) add_rows(section.grid, grid_of(group, ran, figures), group.title);
  }
  return section;
}

std::vector<std::pair<std::string, std::string>> signs_in(const Grid& grid) {
  bool spread = false, range = false, missing = false;
  for (const std::vector<Cell>& row : grid.rows) {
    for (const Cell& cell : row) {
      const std::string text = cell.unit == CellUnit::factor ? cell_text(cell) : "";
      spread = spread || text.find("±") != std::string::npos;
      range = range || text.find('[') != std::string::npos;
      missing = missing || (cell.unit == CellUnit::latency && !cell.value);
    }
  }
  std::vector<std::pair<std::string, std::string>> signs;
  const char* const interval = spread && range ? "±, [low, high]" : spread ? "±" : "[low, high]";
  if (spread || range) signs.emplace_back(interval, "95 % interval over the rounds");
  if (missing) signs.emplace_back(kNothing, "at a percentile: too few samples");
  return signs;
}

std::string counted_nothing(const std::vector<const RunResult*>& runs) {
  const Runs ran = that_ran(runs);
  std::vector<std::string> words;
  for (const Harm& harm : all_harms()) {
    const auto is_not_counted = [&](const RunResult& run) { return !is_baseline(run) && !harm.count(run); };
    const bool is_counted = any_of_runs(ran, [&](const RunResult& run) { return harm.count(run).has_value(); }) &&
                            !any_of_runs(ran, is_not_counted);
    if (is_counted && !happened(harm, ran)) words.push_back(harm.word);
  }
  if (words.empty()) return "";
  double operations = 0;
  for (const RunResult* run : ran) operations += static_cast<double>(run->operations);
  return fmt::format("Zero in {}: {}.", counted(operations, "operation"), fmt::join(words, ", "));
}

}  // namespace hitbench
