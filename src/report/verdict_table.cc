// A verdict for a terminal: the word first, then every metric of every row, then what to mistrust and how it was made.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "report/figures.h"
#include "report/findings.h"
#include "report/layout.h"
#include "report/report.h"

namespace hitbench {
namespace {

const char* const kNothing = "-";

std::string shown(Word word) {
  if (word == Word::regressed) return "REGRESSED";
  if (word == Word::suspect) return "SUSPECT";
  if (word == Word::invalid) return "INVALID";
  return std::string(word_of(word));
}

std::string value_cell(const Maybe<double>& value, const VerdictItem& item) {
  if (!value) return kNothing;
  return item.basis == "per operation" ? fmt::format("{:.3g}", *value) : format_value(*value, unit_of(item.metric));
}

std::string change_cell(const VerdictItem& item) {
  if (!item.change) return item.method == "exact" && item.candidate ? "from 0" : kNothing;
  if (item.method == "exact") return *item.change == 0 ? "none (exact)" : format_change(*item.change, {}) + " (exact)";
  const bool has_interval = item.change_low && item.change_high;
  return format_change(*item.change,
                       has_interval ? Maybe<Interval>({*item.change_low, *item.change_high}) : std::nullopt);
}

std::string p_cell(const VerdictItem& item) {
  if (!item.p) return kNothing;
  return *item.p < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", *item.p);
}

std::string label_of(const VerdictItem& item) {
  if (item.basis == "per operation") return item.metric + "/op";
  return item.basis == "value" ? item.metric : item.metric + " (" + item.basis + ")";
}

class VerdictTable {
 public:
  VerdictTable(const Verdict& verdict, const ReportStyle& style)
      : verdict_(verdict), width_(static_cast<size_t>(style.width < 40 ? 40 : style.width)), paint_{style.color} {}

  std::string print() {
    header();
    list("", verdict_.reasons);
    list("Unlike:", verdict_.unlike);
    for (const std::string& row : rows()) row_of(row);
    list("", verdict_.warnings);
    footer();
    return text_;
  }

 private:
  std::string coloured(const std::string& word) const {
    switch (verdict_.verdict) {
      case Word::pass:
      case Word::improved:
        return paint_.green(word);
      case Word::regressed:
      case Word::invalid:
        return paint_.red(word);
      case Word::suspect:
      case Word::inconclusive:
        break;
    }
    return paint_.yellow(word);
  }

  void header() {
    if (!verdict_.complete) text_ += paragraph(paint_.red("PARTIAL: "), "it was interrupted", width_, 2);
    if (!verdict_.question.empty()) text_ += paint_.bold(paragraph("", verdict_.question, width_, 2));
    if (verdict_.kind == "calibration") {
      text_ += paragraph("base against base: ", verdict_.base, width_, 2);
      if (verdict_.verdict == Word::invalid) text_ += paragraph(paint_.red("INVALID "), summary(), width_, 2);
      return;
    }
    text_ += paragraph("base:      ", verdict_.base, width_, 11);
    text_ += paragraph("candidate: ", verdict_.candidate, width_, 11);
    text_ += paragraph(coloured(shown(verdict_.verdict)) + " ", summary(), width_, 2);
  }

  // Which rows and metrics made the word.
  std::string summary() const {
    std::vector<std::string> those;
    for (const VerdictItem& item : verdict_.items) {
      if (!item.judged || item.verdict != verdict_.verdict) continue;
      those.push_back(item.row + (item.metric.empty() ? "" : " " + item.metric));
    }
    if (verdict_.verdict == Word::pass || those.empty()) return "";
    constexpr size_t kMost = 4;
    std::string text = fmt::format("{}", fmt::join(those.begin(), those.begin() + std::min(those.size(), kMost), ", "));
    if (those.size() > kMost) text += fmt::format(" and {} more", those.size() - kMost);
    return text;
  }

  std::vector<std::string> rows() const {
    std::vector<std::string> names;
    for (const VerdictItem& item : verdict_.items) {
      if (std::find(names.begin(), names.end(), item.row) == names.end()) names.push_back(item.row);
    }
    return names;
  }

  void row_of(const std::string& row) {
    Grid grid;
    const bool calibration = verdict_.kind == "calibration";
    grid.columns = calibration ? calibration_columns() : gate_columns();
    for (const VerdictItem& item : verdict_.items) {
      if (item.row != row) continue;
      if (item.metric.empty()) {
        text_ += "\n" + paint_.bold(row) + "\n" + paragraph("  " + shown(item.verdict) + "  ", item.note, width_, 4);
        continue;
      }
      grid.rows.push_back(calibration ? calibration_cells(item) : gate_cells(item));
    }
    if (grid.rows.empty()) return;
    const Grid::Printed printed = grid.print(width_, paint_);
    text_ += "\n" + paint_.bold(row) + "\n" + printed.text;
    for (const VerdictItem& item : verdict_.items) {
      if (item.row == row && !item.note.empty() && !item.metric.empty()) {
        text_ += paragraph("    " + item.metric + ": ", item.note, width_, 6);
      }
    }
  }

  // Exact figures have no noise to tell of.
  bool any_noise() const {
    return std::any_of(verdict_.items.begin(), verdict_.items.end(),
                       [](const VerdictItem& item) { return item.method != "exact"; });
  }
  bool any_detectable() const {
    return std::any_of(verdict_.items.begin(), verdict_.items.end(),
                       [](const VerdictItem& item) { return item.detectable.has_value(); });
  }

  std::vector<Column> gate_columns() const {
    std::vector<Column> columns{{.head = {"metric"}},
                                {.head = {"base"}},
                                {.head = {"candidate"}},
                                {.head = {any_noise() ? "change [95 %]" : "change"}}};
    if (any_noise()) {
      columns.push_back({.head = {"p"}, .expendable = 2});
      columns.push_back({.head = {verdict_.kind == "compare" ? "rounds" : "pairs"}, .expendable = 1});
    }
    if (any_detectable()) columns.push_back({.head = {"would", "find"}});
    columns.push_back({.head = {"verdict"}});
    return columns;
  }

  std::vector<std::string> gate_cells(const VerdictItem& item) const {
    std::vector<std::string> cells{label_of(item), value_cell(item.base, item), value_cell(item.candidate, item),
                                   change_cell(item)};
    if (any_noise()) {
      cells.push_back(p_cell(item));
      cells.push_back(fmt::format("{}", fmt::join(item.pairs, "+")));
    }
    if (any_detectable()) cells.push_back(item.detectable ? format_percent(*item.detectable) : kNothing);
    cells.push_back(item.judged ? shown(item.verdict) : "not judged");
    return cells;
  }

  static std::vector<Column> calibration_columns() {
    return {{.head = {"metric"}},
            {.head = {"median [95 %]"}},
            {.head = {"noise", "of a pair"}},
            {.head = {"would", "find"}}};
  }

  static std::vector<std::string> calibration_cells(const VerdictItem& item) {
    std::string middle = value_cell(item.base, item);
    if (item.base_low) {
      middle += fmt::format(" [{}, {}]", value_cell(item.base_low, item), value_cell(item.base_high, item));
    }
    return {label_of(item), middle, item.noise ? format_percent(*item.noise) : kNothing,
            item.detectable ? format_percent(*item.detectable) : kNothing};
  }

  void list(const std::string& title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    text_ += "\n";
    if (!title.empty()) text_ += paint_.bold(title) + "\n";
    for (const std::string& line : lines) text_ += paragraph("  ", line, width_, 4);
  }

  void footer() {
    std::string words;
    if (verdict_.tests > 0) {
      words = fmt::format("{} tests; the chance of any false alarm is at most {}. ", verdict_.tests,
                          format_percent(verdict_.alpha));
    }
    if (any_detectable()) words += "\"would find\": a worsening that this many pairs find four times in five. ";
    Result result;
    result.environment_json = verdict_.environment_json;
    words += environment_words(result);
    if (!words.empty()) text_ += "\n" + paragraph("", words, width_, 2);
  }

  const Verdict& verdict_;
  const size_t width_;
  const Paint paint_;
  std::string text_;
};

}  // namespace

std::string report_verdict_table(const Verdict& verdict, const ReportStyle& style) {
  return VerdictTable(verdict, style).print();
}

}  // namespace hitbench
