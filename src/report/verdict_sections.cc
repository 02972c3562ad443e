#include "report/verdict_sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "judge/format.h"
#include "report/findings.h"

namespace hitbench {
namespace {

const char* const kNothing = "-";

std::string value_cell(const Maybe<double>& value, const VerdictItem& item) {
  if (!value) return kNothing;
  return item.basis == "per operation" ? fmt::format("{:.3g}", *value) : format_metric(*value, item.metric);
}

bool in_points(const VerdictItem& item) { return item.basis == "points"; }

// Base and candidate; shares with as many digits as show that they differ.
std::pair<std::string, std::string> value_cells(const VerdictItem& item) {
  std::pair cells(value_cell(item.base, item), value_cell(item.candidate, item));
  if (!in_points(item) || !item.base || !item.candidate || *item.base == *item.candidate) return cells;
  constexpr int kMostDecimals = 8;
  for (int decimals = 2; cells.first == cells.second && decimals <= kMostDecimals; ++decimals) {
    cells = {fmt::format("{:.{}f} %", 100 * *item.base, decimals),
             fmt::format("{:.{}f} %", 100 * *item.candidate, decimals)};
  }
  return cells;
}

std::string change_cell(const VerdictItem& item) {
  const bool exact = item.method == "exact";
  if (!item.change) return exact && item.candidate ? "from 0" : kNothing;
  if (exact && *item.change == 0) return "none (exact)";
  Maybe<Interval> interval;
  if (item.change_low && item.change_high) interval = {*item.change_low, *item.change_high};
  return (in_points(item) ? format_points : format_change)(*item.change, interval) + (exact ? " (exact)" : "");
}

// A size of a change: without a sign.
std::string size_cell(const Maybe<double>& change, const VerdictItem& item) {
  if (!change) return kNothing;
  return in_points(item) ? points_size(*change) + " points" : format_percent(*change);
}

std::string p_cell(const VerdictItem& item) {
  if (!item.p) return kNothing;
  return *item.p < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", *item.p);
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
  if (any_detectable(verdict)) columns.push_back({.head = {"would", "find"}});
  columns.push_back({.head = {"verdict"}});
  return columns;
}

std::vector<std::string> gate_cells(const VerdictItem& item, const Verdict& verdict) {
  const auto [base, candidate] = value_cells(item);
  std::vector<std::string> cells{label_of(item), base, candidate, change_cell(item)};
  if (any_noise(verdict)) {
    cells.push_back(p_cell(item));
    cells.push_back(fmt::format("{}", fmt::join(item.pairs, "+")));
  }
  if (any_detectable(verdict)) cells.push_back(size_cell(item.detectable, item));
  cells.push_back(item.judged ? shown(item.verdict) : "not judged");
  return cells;
}

std::vector<Column> calibration_columns() {
  return {
      {.head = {"metric"}}, {.head = {"median [95 %]"}}, {.head = {"noise", "of a pair"}}, {.head = {"would", "find"}}};
}

std::vector<std::string> calibration_cells(const VerdictItem& item) {
  std::string middle = value_cell(item.base, item);
  if (item.base_low) {
    middle += fmt::format(" [{}, {}]", value_cell(item.base_low, item), value_cell(item.base_high, item));
  }
  return {label_of(item), middle, item.noise ? format_percent(*item.noise) : kNothing,
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

void add_item(VerdictRow& row, const VerdictItem& item, const Verdict& verdict) {
  if (item.metric.empty()) {
    row.faults.emplace_back(shown(item.verdict), item.note);
    return;
  }
  row.grid.rows.push_back(verdict.kind == "calibration" ? calibration_cells(item) : gate_cells(item, verdict));
  if (!item.note.empty()) row.notes.emplace_back(item.metric, item.note);
}

}  // namespace

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

std::vector<VerdictRow> verdict_rows(const Verdict& verdict) {
  std::vector<VerdictRow> rows;
  for (const VerdictItem& item : verdict.items) {
    auto row = std::find_if(rows.begin(), rows.end(), [&](const VerdictRow& one) { return one.name == item.row; });
    if (row == rows.end()) {
      rows.push_back({.name = item.row});
      row = rows.end() - 1;
      row->grid.columns = verdict.kind == "calibration" ? calibration_columns() : gate_columns(verdict);
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
    words = value_cell(item.base, item);
  } else if (!item.metric.empty()) {
    const auto [base, candidate] = value_cells(item);
    words = fmt::format("{}, then {}: {}", base, candidate, change_cell(item));
  }
  if (!item.note.empty()) words += (words.empty() ? "" : "; ") + item.note;
  return words;
}

std::string differences_of(const Verdict& verdict) {
  if (verdict.kind != "gate") return "";
  if (verdict.differences.empty()) {
    return verdict.differences_known && compared_results(verdict) ? "nothing that the results tell of" : "";
  }
  return fmt::format("{}", fmt::join(verdict.differences, ", "));
}

std::string footing_of(const Verdict& verdict) {
  std::string words;
  if (verdict.tests > 0) {
    words = fmt::format("{} tests; the chance of any false alarm is at most {}. ", verdict.tests,
                        format_percent(verdict.alpha));
  }
  if (any_detectable(verdict)) words += "\"would find\": a worsening that this many pairs find four times in five. ";
  Result result;
  result.environment_json = verdict.environment_json;
  return words + environment_words(result);
}

}  // namespace hitbench
