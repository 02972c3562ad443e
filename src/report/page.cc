// The page of a result: question, tables, what they mean, what to mistrust, how they were made. Wherever a terminal and
// a document differ, it is a block of one medium, here.
#include "report/page.h"

#include <algorithm>

#include "judge/answer.h"
#include "report/findings.h"
#include "report/sections.h"

namespace hitbench {
namespace {

class ResultPage {
 public:
  ResultPage(const Result& result, const ReportStyle& style)
      : result_(result), style_(style), runs_(selected_runs(result, style)), all_(rows_of(result)) {}

  Page build() {
    header();
    list("Thresholds", thresholds_of(result_, style_), Medium::document);  // first: what a reviewer looks for
    for (const Group& group : groups_of(runs_, !result_.find_max.empty())) add_group(group);
    if (auto two = side_by_side(result_, style_)) add(std::move(*two));
    for (const FindMaxResult& found : result_.find_max) {
      add(load_section(found));
      list("", {load_finding(found)});
    }
    terminal_legend();
    list("", doubts_of(runs_));
    if (has_machine_percentiles(runs_)) add(Legend{{{Mark::machine, kMachinePercentile}}}, Medium::document);
    if (!result_.runs.empty()) answer();
    list("Thresholds", thresholds_of(result_, style_), Medium::terminal);  // last: next to the prompt
    footer();
    return std::move(page_);
  }

 private:
  template <typename Content>
  void add(Content content, Medium medium = Medium::any) {
    page_.blocks.push_back({.content = std::move(content), .medium = medium});
  }

  void list(const std::string& title, std::vector<Finding> findings, Medium medium = Medium::any) {
    if (!findings.empty()) add(FindingList{.title = title, .findings = std::move(findings)}, medium);
  }

  void header() {
    if (!result_.complete) {
      add(Paragraph{.lead = "PARTIAL: ",
                    .after = "",
                    .text = "the run was interrupted; rounds that were not finished are left out",
                    .tone = Finding::Tone::bad},
          Medium::terminal);
    }
    if (result_.question.empty()) {
      add(Heading{"hitbench"}, Medium::document);
    } else {
      add(Heading{result_.question});
    }
    if (!result_.complete) {
      add(Paragraph{.lead = "PARTIAL", .after = ": ", .text = "the run was interrupted", .tone = Finding::Tone::bad},
          Medium::document);
    }
    if (const std::string workload = workload_words(result_); !workload.empty()) {
      add(Paragraph{.lead = "", .after = "", .text = workload});
    }
  }

  void add_group(const Group& group) {
    for (Section& section : sections_of(group, all_)) {
      if (!group.title.empty()) section.title = group.title + ": " + section.title;
      section.names_hidden_columns = true;
      add(std::move(section));
    }
    const std::string of_group = group.title.empty() ? "" : ", " + group.title;
    list("", fastest_of(group, all_));
    list("Is a cache needed" + of_group + "?", need_of(result_, group));
    list("Does the cache pay" + of_group + "?", worth_of(group, all_));
    list("", carried_of(result_, group));
  }

  void terminal_legend() {
    std::vector<const RunResult*> ran = runs_;
    std::erase_if(ran, [](const RunResult* run) { return run->skipped.has_value(); });
    const bool invalid = std::any_of(ran.begin(), ran.end(), [](const RunResult* run) { return !run->validity.valid; });
    Legend legend;
    if (has_machine_percentiles(ran)) legend.marks.emplace_back(Mark::machine, kMachinePercentile);
    if (invalid) legend.marks.emplace_back(Mark::invalid, "an invalid row: its figures are not to be trusted");
    if (!legend.marks.empty()) add(std::move(legend), Medium::terminal);
  }

  // On a terminal only where something ran: else it would repeat why nothing did.
  void answer() {
    const bool anything_ran =
        std::any_of(result_.runs.begin(), result_.runs.end(), [](const RunResult& run) { return !run.skipped; });
    const Medium medium = anything_ran ? Medium::any : Medium::document;
    if (!result_.answer.empty()) {
      add(Paragraph{.lead = "Answer:", .after = " ", .text = fill_answer(result_), .bold = true, .starts_part = true},
          medium);
    }
    list("Claims", claims_of(result_), medium);
  }

  void footer() {
    Footer footer;
    const std::string method = method_words(runs_), environment = environment_words(result_);
    if (!method.empty()) footer.lines.emplace_back("Measured", method);
    if (!environment.empty()) footer.lines.emplace_back("On", environment);
    if (!footer.lines.empty()) add(std::move(footer));
  }

  const Result& result_;
  const ReportStyle& style_;
  const std::vector<const RunResult*> runs_;
  const std::vector<MeasuredRow> all_;
  Page page_{.kind = "hitbench", .blocks = {}};
};

}  // namespace

Page page_of(const Result& result, const ReportStyle& style) { return ResultPage(result, style).build(); }

}  // namespace hitbench
