#include "report/verdict_sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"
#include "judge/format.h"
#include "report/findings.h"

namespace hitbench {
namespace {

Cell value_cell(const Maybe<double>& value, const VerdictItem& item) {
  return item.basis == "per operation" ? number_cell(value, CellUnit::per_operation) : metric_cell(value, item.metric);
}

bool in_points(const VerdictItem& item) { return item.basis == "points"; }

// A size of a change: without a sign.
Cell size_cell(const Maybe<double>& change, const VerdictItem& item) {
  return number_cell(change, in_points(item) ? CellUnit::points_size : CellUnit::change_size);
}

// Exact figures have no noise to tell of.
bool any_noise(const Verdict& verdict) {
  return std::any_of(verdict.items.begin(), verdict.items.end(),
                     [](const VerdictItem& item) { return item.method != "exact"; });
}

bool any_detectable(const Verdict& verdict) {
  return std::any_of(verdict.items.begin(), verdict.items.end(),
                     [](const VerdictItem& item) { return item.detectable.has_value(); });
}

std::vector<Column> gate_columns(const Verdict& verdict) {
  std::vector<Column> columns{{.head = {"metric"}},
                              {.head = {"base"}},
                              {.head = {"candidate"}},
                              {.head = {any_noise(verdict) ? "change [95 %]" : "change"}}};
  if (any_noise(verdict)) {
    columns.push_back({.head = {"p"}, .expendable = 2});
    columns.push_back({.head = {verdict.kind == "compare" ? "rounds" : "pairs"}, .expendable = 1});
  }
  if (any_detectable(verdict)) columns.push_back({.head = {"detectable", "change"}});
  columns.push_back({.head = {"verdict"}});
  return columns;
}

std::vector<Cell> gate_cells(const VerdictItem& item, const Verdict& verdict) {
  const auto [base, candidate] = value_cells(item);
  std::vector<Cell> cells{text_cell(label_of(item)), base, candidate, change_cell(item)};
  if (any_noise(verdict)) {
    cells.push_back(number_cell(item.p, CellUnit::p_value));
    cells.push_back(text_cell(fmt::format("{}", fmt::join(item.pairs, "+"))));
  }
  if (any_detectable(verdict)) cells.push_back(size_cell(item.detectable, item));
  cells.push_back(verdict_cell(item));
  return cells;
}

std::vector<Column> calibration_columns() {
  return {{.head = {"metric"}},
          {.head = {"median [95 %]"}},
          {.head = {"noise", "of a pair"}},
          {.head = {"detectable", "change"}}};
}

std::vector<Cell> calibration_cells(const VerdictItem& item) {
  Cell middle = value_cell(item.base, item);
  if (item.base_low && item.base_high) middle.interval = {*item.base_low, *item.base_high};
  return {text_cell(label_of(item)), middle, number_cell(item.noise, CellUnit::change_size),
          size_cell(item.detectable, item)};
}

// Whether any pair gave two results: of one side alone nothing can differ.
bool compared_results(const Verdict& verdict) {
  const auto has_other = [&](const VerdictSlot& slot) {
    return std::any_of(verdict.slots.begin(), verdict.slots.end(), [&](const VerdictSlot& other) {
      return !other.failure && other.side != slot.side && other.stage == slot.stage && other.pair == slot.pair;
    });
  };
  return std::any_of(verdict.slots.begin(), verdict.slots.end(),
                     [&](const VerdictSlot& slot) { return !slot.failure && has_other(slot); });
}

void add_item(Section& row, const VerdictItem& item, const Verdict& verdict) {
  if (item.metric.empty()) {
    row.findings.push_back({.id = "row-not-judged", .word = shown(item.verdict), .text = item.note});
    return;
  }
  if (row.grid.columns.empty()) {
    row.grid.columns = verdict.kind == "calibration" ? calibration_columns() : gate_columns(verdict);
  }
  row.grid.rows.push_back(verdict.kind == "calibration" ? calibration_cells(item) : gate_cells(item, verdict));
  if (!item.note.empty()) row.notes.emplace_back(item.metric, item.note);
}

}  // namespace

std::pair<Cell, Cell> value_cells(const VerdictItem& item) {
  std::pair cells(value_cell(item.base, item), value_cell(item.candidate, item));
  if (!in_points(item) || !item.base || !item.candidate || *item.base == *item.candidate) return cells;
  constexpr int kMostDecimals = 8;
  const auto look_alike = [&] { return cell_text(cells.first) == cell_text(cells.second); };
  for (int decimals = 2; decimals <= kMostDecimals && look_alike(); ++decimals) {
    cells = {number_cell(item.base, CellUnit::share), number_cell(item.candidate, CellUnit::share)};
    cells.first.decimals = cells.second.decimals = decimals;
  }
  return cells;
}

Cell change_cell(const VerdictItem& item) {
  const bool exact = item.method == "exact";
  if (!item.change) return exact && item.candidate ? text_cell("from 0") : nothing_cell();
  Cell cell = number_cell(*item.change, in_points(item) ? CellUnit::points : CellUnit::change);
  if (exact && *item.change == 0) cell = text_cell("none");
  if (exact) cell.note = "(exact)";
  if (item.change_low && item.change_high) cell.interval = {*item.change_low, *item.change_high};
  return cell;
}

Cell verdict_cell(const VerdictItem& item) { return text_cell(item.judged ? shown(item.verdict) : "not judged"); }

std::string shown(Word word) {
  if (word == Word::regressed) return "REGRESSED";
  if (word == Word::suspect) return "SUSPECT";
  if (word == Word::invalid) return "INVALID";
  return std::string(word_of(word));
}

std::string summary_of(const Verdict& verdict) {
  std::vector<std::string> those;
  for (const VerdictItem& item : verdict.items) {
    if (!item.judged || item.verdict != verdict.verdict) continue;
    those.push_back(item.row + (item.metric.empty() ? "" : " " + item.metric));
  }
  if (verdict.verdict == Word::pass || those.empty()) return "";
  constexpr size_t kMost = 4;
  std::string text = fmt::format("{}", fmt::join(std::span(those).first(std::min(those.size(), kMost)), ", "));
  if (those.size() > kMost) text += fmt::format(" and {} more", those.size() - kMost);
  return text;
}

std::vector<Section> verdict_sections(const Verdict& verdict) {
  std::vector<Section> rows;
  for (const VerdictItem& item : verdict.items) {
    auto row = std::find_if(rows.begin(), rows.end(), [&](const Section& one) { return one.title == item.row; });
    if (row == rows.end()) {
      rows.push_back({.title = item.row, .is_name = true});
      row = rows.end() - 1;
    }
    add_item(*row, item, verdict);
  }
  return rows;
}

std::string label_of(const VerdictItem& item) {
  return item.basis == "per operation" ? item.metric + "/op" : item.metric;
}

std::string item_words(const VerdictItem& item) {
  std::string words;
  const bool one_side = !item.change && item.method != "exact" && item.base == item.candidate;  // of a calibration
  if (!item.metric.empty() && one_side) {
    words = cell_text(value_cell(item.base, item));
  } else if (!item.metric.empty()) {
    const auto [base, candidate] = value_cells(item);
    words = fmt::format("{}, then {}: {}", cell_text(base), cell_text(candidate), cell_text(change_cell(item)));
  }
  add_part(words, item.note, "; ");
  return words;
}

std::string differences_of(const Verdict& verdict) {
  if (verdict.kind != "gate") return "";
  if (verdict.differences.empty()) {
    return verdict.differences_known && compared_results(verdict) ? "nothing that the results record" : "";
  }
  return fmt::format("{}", fmt::join(verdict.differences, ", "));
}

std::string footing_of(const Verdict& verdict) {
  std::string words;
  if (verdict.tests > 0) {
    words = fmt::format("{} tests; the chance of any false alarm is at most {}. ", verdict.tests,
                        format_percent(verdict.alpha));
  }
  if (any_detectable(verdict))
    words += "Minimum detectable change: the worsening that this many pairs detect with 80 % power. ";
  Result result;
  result.environment_json = verdict.environment_json;
  return words + environment_words(result);
}

}  // namespace hitbench
