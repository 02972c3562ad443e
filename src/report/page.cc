// The page of a result: the question, its answer, what the claims became and what to mistrust, and one table; then, as
// details, all tables, what they mean, and how they were made. Wherever a terminal and a document differ, it is a block
// of one medium, here.
#include "report/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "judge/answer.h"
#include "report/findings.h"
#include "report/section_parts.h"
#include "report/sections.h"

namespace hitbench {
namespace {

constexpr size_t kMostDoubts = 2;  // kinds of them, on the first screen
constexpr size_t kMostNames = 2;   // of the rows that one concerns, there
constexpr size_t kMostGroupsOfNeeds = 2;

class ResultPage {
 public:
  ResultPage(const Result& result, const ReportStyle& style)
      : result_(result),
        style_(style),
        runs_(selected_runs(result, style)),
        all_(rows_of(result)),
        groups_(groups_of(runs_, !result.find_max.empty())),
        doubts_(doubts_of(runs_, kMostNames)) {}

  Page build() {
    header();
    list("", by_kind(severe(true)));
    answer();
    if (!result_.runs.empty()) list("Claims", claims_of(result_, false), answer_medium());
    list("Thresholds", thresholds_of(result_, style_));
    list("Trust", trust());
    main_tables();
    if (auto two = side_by_side(result_, style_)) add(std::move(*two));
    last_lines();
    is_detail_ = true;
    details();
    return std::move(page_);
  }

 private:
  template <typename Content>
  void add(Content content, Medium medium = Medium::any) {
    page_.blocks.push_back({.content = std::move(content), .medium = medium, .is_detail = is_detail_});
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
    if (std::string workload = workload_words(result_); !workload.empty()) {
      add_part(workload, loop_words(runs_), "; ");
      add(Paragraph{.lead = "", .after = "", .text = workload});
    }
  }

  // Above the answer which rows of it are false or missing; the rest stands under "Trust".
  std::vector<Finding> severe(bool wanted) const {
    std::vector<Finding> findings;
    std::copy_if(doubts_.begin(), doubts_.end(), std::back_inserter(findings), [&](const Finding& finding) {
      return (finding.tone == Finding::Tone::bad || finding.id == "row-not-run") == wanted;
    });
    return findings;
  }

  // What the environment, or a server, said to this row alone.
  static bool is_of_its_own(const Finding& finding) {
    constexpr std::array<std::string_view, 5> kOwn{"row-failed", "row-not-run", "server-refused", "row-invalid",
                                                   "warning"};  // these two of older results
    return std::find(kOwn.begin(), kOwn.end(), finding.id) != kOwn.end();
  }

  // One of each kind: the first row's, and how many further ones there are.
  static std::vector<Finding> by_kind(const std::vector<Finding>& all) {
    std::vector<Finding> findings;
    std::vector<size_t> more;
    for (const Finding& finding : all) {
      const auto same = std::find_if(findings.begin(), findings.end(), [&](const Finding& other) {
        return other.id == finding.id && other.word == finding.word && !is_of_its_own(finding);
      });
      if (same != findings.end()) {
        ++more[static_cast<size_t>(same - findings.begin())];
        continue;
      }
      findings.push_back(finding);
      more.push_back(0);
    }
    for (size_t i = 0; i < findings.size(); ++i) {
      if (more[i] > 0) findings[i].text += fmt::format(" ({} more like this)", more[i]);
    }
    return findings;
  }

  bool anything_ran() const {
    return std::any_of(result_.runs.begin(), result_.runs.end(), [](const RunResult& run) { return !run.skipped; });
  }

  // On a terminal only where something ran: else it would repeat why nothing did.
  Medium answer_medium() const { return anything_ran() ? Medium::any : Medium::document; }

  void answer() {
    if (result_.runs.empty()) return;
    if (!result_.answer.empty()) {
      add(Paragraph{.lead = "Answer:", .after = " ", .text = fill_answer(result_), .bold = true, .starts_part = true},
          answer_medium());
      return;
    }
    std::vector<Finding> findings = conclusions_of(groups_, all_);
    for (const FindMaxResult& found : result_.find_max) findings.push_back(load_finding(found));
    for (const Group& group : groups_) append(findings, carried_of(result_, group));
    if (groups_.size() <= kMostGroupsOfNeeds) append(findings, needs(false));
    std::stable_partition(findings.begin(), findings.end(),
                          [](const Finding& finding) { return finding.id == "cache-needed"; });
    list("Answer", std::move(findings), answer_medium());
  }

  // What need_of() says of the groups, each sentence once: the assumptions, or all else but that a closed loop does not
  // ask.
  std::vector<Finding> needs(bool assumptions) const {
    std::vector<Finding> findings;
    for (const Group& group : groups_) {
      for (Finding& finding : need_of(result_, group)) {
        if ((finding.id == "assumed") != assumptions || finding.id == "need-not-asked") continue;
        const auto same = [&](const Finding& other) { return other.text == finding.text; };
        if (std::none_of(findings.begin(), findings.end(), same)) findings.push_back(std::move(finding));
      }
    }
    return findings;
  }

  static void append(std::vector<Finding>& to, std::vector<Finding> findings) {
    std::move(findings.begin(), findings.end(), std::back_inserter(to));
  }

  std::vector<Finding> trust() const {
    if (!anything_ran()) return {};
    std::vector<Finding> findings = by_kind(severe(false));
    // What a server refused explains the row, however it is to be mistrusted otherwise.
    const auto refused = [](const Finding& finding) { return finding.id == "server-refused"; };
    const auto others = std::stable_partition(findings.begin(), findings.end(), refused);
    const size_t most = kMostDoubts + static_cast<size_t>(others - findings.begin());
    if (findings.size() > most) {
      const size_t more = findings.size() - most;
      findings.resize(most);
      findings.push_back(
          {.id = "more-doubts", .word = "", .text = fmt::format("and {} more, among the details", more)});
    }
    if (doubts_.empty()) {
      findings.push_back({.id = "valid",
                          .word = "valid",
                          .text = "nothing that we watch for disturbed it",
                          .tone = Finding::Tone::good});
    }
    if (result_.find_max.empty()) append(findings, queued_at_origin(runs_));
    append(findings, needs(true));
    return findings;
  }

  void main_tables() {
    if (result_.find_max.size() == 1) add(load_section(result_.find_max.front()));
    if (is_long_sweep(groups_)) {
      for (Section& section : chart_sections(result_, groups_)) add(std::move(section));
    } else if (Section table = main_section(groups_, all_); !table.grid.rows.empty()) {
      legend_.signs = signs_in(table.grid);
      add(std::move(table));
    }
    for (const Group& group : groups_) {
      std::optional<Section> recovery = recovery_of(group);
      if (!recovery) continue;
      add_title(*recovery, group);
      add(std::move(*recovery));
    }
    legend();
  }

  void legend() {
    const std::vector<const RunResult*> ran = that_ran(runs_);
    const bool invalid = std::any_of(ran.begin(), ran.end(), [](const RunResult* run) { return !run->validity.valid; });
    if (has_machine_percentiles(ran)) legend_.signs.emplace_back("~", kMachinePercentile);
    if (invalid) legend_.signs.emplace_back("!", "an invalid row: its figures are not to be trusted");
    if (!legend_.signs.empty()) add(std::move(legend_));
  }

  void last_lines() {
    if (const std::string words = counted_nothing(runs_); !words.empty()) add(SmallPrint{words});
    if (!style_.more.empty() && !style_.details) add(SmallPrint{"More: " + style_.more}, Medium::terminal);
  }

  void details() {
    for (const Group& group : groups_) add_details(group);
    if (result_.find_max.size() > 1) {
      for (const FindMaxResult& found : result_.find_max) add(load_section(found));
    }
    if (!result_.runs.empty()) list("The claims, and what they compare", claims_of(result_, true), answer_medium());
    const std::vector<Finding> whole = doubts_of(runs_);
    const bool told = std::ranges::equal(by_kind(doubts_), whole, {}, &Finding::text, &Finding::text);
    if (whole.size() > kMostDoubts || !told) list("All warnings", whole);
    Footer footer;
    const std::string method = method_words(runs_), environment = environment_words(result_);
    const bool is_virtual =
        std::ranges::all_of(runs_, [](const RunResult* run) { return run->skipped || run->clock == "virtual"; });
    if (!method.empty()) footer.lines.emplace_back(is_virtual ? "Simulated" : "Measured", method);
    if (!environment.empty()) footer.lines.emplace_back("On", environment);
    if (!footer.lines.empty()) add(std::move(footer));
  }

  static void add_title(Section& section, const Group& group) {
    if (!group.title.empty()) section.title = group.title + ": " + section.title;
    section.names_hidden_columns = true;
  }

  void add_details(const Group& group) {
    for (Section& section : sections_of(group, all_)) {
      add_title(section, group);
      add(std::move(section));
    }
    const std::string of_group = group.title.empty() ? "" : ", " + group.title;
    list("", fastest_of(group, all_));
    list("Is a cache needed" + of_group + "?", need_of(result_, group));
    list("Does the cache pay" + of_group + "?", worth_of(group, all_));
  }

  const Result& result_;
  const ReportStyle& style_;
  const std::vector<const RunResult*> runs_;
  const std::vector<MeasuredRow> all_;
  const std::vector<Group> groups_;
  const std::vector<Finding> doubts_;
  Page page_{.kind = "hitbench", .blocks = {}};
  Legend legend_;
  bool is_detail_ = false;
};

}  // namespace

Page page_of(const Result& result, const ReportStyle& style) { return ResultPage(result, style).build(); }

}  // namespace hitbench
