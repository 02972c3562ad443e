// The report for a terminal: question, tables, what they mean, what to mistrust, how they were made.
#include <fmt/format.h>

#include <algorithm>

#include "judge/answer.h"
#include "report/findings.h"
#include "report/report.h"

namespace hitbench {
namespace {

class TableReport {
 public:
  TableReport(const Result& result, const ReportStyle& style)
      : result_(result),
        style_(style),
        runs_(selected_runs(result, style)),
        all_(rows_of(result)),
        width_(static_cast<size_t>(style.width < 40 ? 40 : style.width)),
        paint_{style.color} {}

  std::string print() {
    header();
    for (const Group& group : groups_of(runs_, !result_.find_max.empty())) group_of_rows(group);
    if (const auto two = side_by_side(result_, style_)) section_of(*two, "");
    for (const FindMaxResult& found : result_.find_max) load(found);
    legend();
    list("", doubts_of(runs_));
    if (anything_ran()) {
      if (!result_.answer.empty()) text_ += "\n" + paragraph(paint_.bold("Answer: "), fill_answer(result_), width_, 2);
      list("Claims", claims_of(result_));
    }
    list("Thresholds", thresholds_of(result_, style_));
    footer();
    return text_;
  }

 private:
  // Else an answer would only repeat why nothing did.
  bool anything_ran() const {
    return std::any_of(result_.runs.begin(), result_.runs.end(), [](const RunResult& run) { return !run.skipped; });
  }

  void header() {
    if (!result_.complete) {
      text_ += paragraph(paint_.red("PARTIAL: "), "the run was interrupted; rounds that were not finished are left out",
                         width_, 2);
    }
    if (!result_.question.empty()) text_ += bold_paragraph(result_.question);
    if (const std::string workload = workload_words(result_); !workload.empty()) {
      text_ += paragraph("", workload, width_, 2);
    }
  }

  std::string bold_paragraph(const std::string& words) const {
    std::string lines;
    const std::string plain = paragraph("", words, width_, 2);
    for (size_t at = 0; at < plain.size();) {
      const size_t end = plain.find('\n', at);
      lines += paint_.bold(plain.substr(at, end - at)) + "\n";
      at = end + 1;
    }
    return lines;
  }

  void section_of(const Section& section, const std::string& group) {
    const Grid::Printed printed = section.grid.print(width_, paint_);
    text_ += "\n" + bold_paragraph(group.empty() ? section.title : group + ": " + section.title) + printed.text;
    if (printed.left_out.empty()) return;
    text_ +=
        paragraph("  ", fmt::format("(left out for want of width: {})", fmt::join(printed.left_out, ", ")), width_, 2);
  }

  void group_of_rows(const Group& group) {
    for (const Section& section : sections_of(group, all_)) section_of(section, group.title);
    const std::string of_group = group.title.empty() ? "" : ", " + group.title;
    list("", fastest_of(group, all_));
    list("Is a cache needed" + of_group + "?", need_of(result_, group));
    list("Does the cache pay" + of_group + "?", worth_of(group, all_));
    list("", carried_of(result_, group));
  }

  void load(const FindMaxResult& found) {
    const Section section = load_section(found);
    text_ += "\n" + bold_paragraph(section.title) + section.grid.print(width_, paint_).text;
    list("", {load_finding(found)});
  }

  void legend() {
    std::vector<const RunResult*> ran;
    bool invalid = false;
    for (const RunResult* run : runs_) {
      if (run->skipped) continue;
      ran.push_back(run);
      invalid = invalid || !run->validity.valid;
    }
    if (!has_machine_percentiles(ran) && !invalid) return;
    text_ += "\n";
    if (has_machine_percentiles(ran)) {
      text_ += paragraph("~ ", kMachinePercentile, width_, 2);
    }
    if (invalid) text_ += paragraph("! ", "an invalid row: its figures are not to be trusted", width_, 2);
  }

  std::string toned(const Finding& finding) const {
    switch (finding.tone) {
      case Finding::Tone::good:
        return paint_.green(finding.word);
      case Finding::Tone::bad:
        return paint_.red(finding.word);
      case Finding::Tone::doubtful:
        return paint_.yellow(finding.word);
      case Finding::Tone::plain:
        break;
    }
    return finding.word;
  }

  void list(const std::string& title, const std::vector<Finding>& findings) {
    if (findings.empty()) return;
    text_ += "\n";
    if (!title.empty()) text_ += bold_paragraph(title);
    for (const Finding& finding : findings) {
      const std::string lead = "  " + toned(finding) + (finding.word.empty() ? "" : "  ");
      text_ += paragraph(lead, finding.text, width_, 4);
    }
  }

  void footer() {
    const std::string method = method_words(runs_);
    const std::string environment = environment_words(result_);
    if (method.empty() && environment.empty()) return;
    text_ += "\n";
    if (!method.empty()) text_ += paragraph("Measured: ", method, width_, 2);
    if (!environment.empty()) text_ += paragraph("On: ", environment, width_, 2);
  }

  const Result& result_;
  const ReportStyle& style_;
  const std::vector<const RunResult*> runs_;
  const std::vector<MeasuredRow> all_;
  const size_t width_;
  const Paint paint_;
  std::string text_;
};

}  // namespace

std::string report_table(const Result& result, const ReportStyle& style) { return TableReport(result, style).print(); }

}  // namespace hitbench
