// A verdict for a terminal: the word first, then every metric of every row, then what to mistrust and how it was made.
#include "report/report.h"
#include "report/verdict_sections.h"

namespace hitbench {
namespace {

class VerdictTable {
 public:
  VerdictTable(const Verdict& verdict, const ReportStyle& style)
      : verdict_(verdict), width_(static_cast<size_t>(style.width < 40 ? 40 : style.width)), paint_{style.color} {}

  std::string print() {
    header();
    list("", verdict_.reasons);
    list("Unlike:", verdict_.unlike);
    for (const VerdictRow& row : verdict_rows(verdict_)) row_of(row);
    list("", verdict_.warnings);
    const std::string footing = footing_of(verdict_);
    if (!footing.empty()) text_ += "\n" + paragraph("", footing, width_, 2);
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
      if (verdict_.verdict == Word::invalid)
        text_ += paragraph(paint_.red("INVALID "), summary_of(verdict_), width_, 2);
      return;
    }
    text_ += paragraph("base:      ", verdict_.base, width_, 11);
    text_ += paragraph("candidate: ", verdict_.candidate, width_, 11);
    if (const std::string differs = differences_of(verdict_); !differs.empty()) {
      text_ += paragraph("differs:   ", differs, width_, 11);
    }
    text_ += paragraph(coloured(shown(verdict_.verdict)) + " ", summary_of(verdict_), width_, 2);
  }

  void row_of(const VerdictRow& row) {
    text_ += "\n" + paint_.bold(printable(row.name)) + "\n";
    for (const auto& [word, why] : row.faults) text_ += paragraph("  " + word + "  ", why, width_, 4);
    if (!row.grid.rows.empty()) text_ += row.grid.print(width_, paint_).text;
    for (const auto& [metric, note] : row.notes) text_ += paragraph("    " + printable(metric) + ": ", note, width_, 6);
  }

  void list(const std::string& title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    text_ += "\n";
    if (!title.empty()) text_ += paint_.bold(title) + "\n";
    for (const std::string& line : lines) text_ += paragraph("  ", line, width_, 4);
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
