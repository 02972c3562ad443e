// JUnit XML: what GitLab, Jenkins and GitHub's reporters show alongside the tests of a build. Of its dialects this is
// the part that all of them read.
//
// A failure is what the exit code 3 stands for: a threshold that was missed, a regression. An error is what cannot be
// judged: a row that failed or is invalid, a threshold on what was not measured. Skipped is what could not run here,
// and a metric on which a gate is inconclusive. Claims are questions rather than promises, so they are no test cases.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "judge/thresholds.h"
#include "report/layout.h"
#include "report/report.h"
#include "report/sections.h"
#include "report/verdict_sections.h"

namespace hitbench {
namespace {

enum class Outcome { passed, failure, error, skipped };

struct Case {
  std::string name;
  Outcome outcome = Outcome::passed;
  std::string message;  // why it did not pass, or what was measured
  const char* failure = "threshold";
};

struct Suite {
  std::string name;
  double seconds = 0;  // that its row was measured
  std::vector<Case> cases;

  size_t count(Outcome outcome) const {
    size_t number = 0;
    for (const Case& one : cases) number += one.outcome == outcome ? 1 : 0;
    return number;
  }
};

std::string body_of(const Case& one) {
  const std::string message = markup_text(one.message);
  switch (one.outcome) {
    case Outcome::failure:
      return fmt::format("      <failure type=\"{1}\" message=\"{0}\">{0}</failure>\n", message, one.failure);
    case Outcome::error:
      return fmt::format("      <error type=\"invalid\" message=\"{0}\">{0}</error>\n", message);
    case Outcome::skipped:
      return fmt::format("      <skipped message=\"{0}\"/>\n", message);
    case Outcome::passed:
      break;
  }
  return message.empty() ? "" : fmt::format("      <system-out>{}</system-out>\n", message);
}

std::string xml_of(const Suite& suite) {
  const std::string name = markup_text(suite.name);
  std::string text = fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n", name,
      suite.cases.size(), suite.count(Outcome::failure), suite.count(Outcome::error), suite.count(Outcome::skipped),
      suite.seconds);
  double seconds = suite.seconds;  // the first case is the run itself
  for (const Case& one : suite.cases) {
    text += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n", name, markup_text(one.name),
                        std::exchange(seconds, 0));
    text += body_of(one) + "    </testcase>\n";
  }
  return text + "  </testsuite>\n";
}

std::string xml_of(const std::vector<Suite>& suites) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const Suite& suite : suites) text += xml_of(suite);
  return text + "</testsuites>\n";
}

std::string figures_of(const MeasuredRow& row) {
  std::string words;
  for (const std::string metric : {"throughput", "failed_share", "hit_ratio", "read.response.p50", "read.response.p99",
                                   "write.response.p50", "write.response.p99", "origin_load.loads"}) {
    const Maybe<double> value = row.value(metric);
    const bool nothing_failed = metric == "failed_share" && value.value_or(0) == 0;
    if (value && !nothing_failed) add_part(words, metric + " " + format_metric(*value, metric));
  }
  return words;
}

Case run_of(const MeasuredRow& row) {
  Case one{.name = "runs and is valid", .message = row.fault()};
  if (row.valid()) {
    one.message = figures_of(row);
  } else if (row.skipped() && !row.run().failed()) {
    one.outcome = Outcome::skipped;
  } else {
    one.outcome = Outcome::error;
  }
  return one;
}

Case threshold_case(const ThresholdVerdict& verdict) {
  const Outcome unmet = verdict.measured ? Outcome::failure : Outcome::error;
  return {.name = verdict.text, .outcome = verdict.met ? Outcome::passed : unmet, .message = verdict.actual};
}

Suite suite_of(const MeasuredRow& row, const std::vector<ThresholdVerdict>& verdicts) {
  Suite suite{.name = row.name, .cases = {run_of(row)}};
  suite.seconds = static_cast<double>(row.run().duration_ns) / 1e9;
  for (const ThresholdVerdict& verdict : verdicts) {
    if (verdict.row == row.name) suite.cases.push_back(threshold_case(verdict));
  }
  return suite;
}

Outcome outcome_of(const VerdictItem& item, const Verdict& verdict) {
  constexpr int kRegressed = 3;
  if (item.verdict == Word::invalid) return Outcome::error;
  if (!item.judged) return Outcome::skipped;
  switch (item.verdict) {
    case Word::regressed:
      return Outcome::failure;
    case Word::suspect:  // fails with --strict only
      return verdict.exit_code == kRegressed && verdict.verdict == Word::suspect ? Outcome::failure : Outcome::skipped;
    case Word::inconclusive:
      return Outcome::skipped;
    case Word::pass:
    case Word::improved:
    case Word::invalid:
      break;
  }
  return Outcome::passed;
}

Case case_of(const VerdictItem& item, const Verdict& verdict) {
  return {.name = item.metric.empty() ? "can be judged" : item.metric,
          .outcome = outcome_of(item, verdict),
          .message = (item.judged ? shown(item.verdict) : "not judged") + ": " + item_words(item),
          .failure = "regression"};
}

}  // namespace

std::string report_junit(const Result& result, const ReportStyle& style) {
  const std::vector<ThresholdVerdict> verdicts = selected_verdicts(result, style);
  std::vector<Suite> suites;
  for (const MeasuredRow& row : selected_rows(result, style)) suites.push_back(suite_of(row, verdicts));
  Suite homeless{.name = "thresholds", .cases = {}};
  for (const ThresholdVerdict& verdict : verdicts) {
    if (verdict.row == kNoRow) homeless.cases.push_back(threshold_case(verdict));
  }
  if (!homeless.cases.empty()) suites.push_back(homeless);
  return xml_of(suites);
}

std::string report_verdict_junit(const Verdict& verdict, const ReportStyle&) {
  std::vector<Suite> suites;
  Suite whole{.name = verdict.kind, .cases = {}};
  for (const Doubt& reason : verdict.reasons) whole.cases.push_back({"is valid", Outcome::error, reason.text});
  if (const std::string differs = differences_of(verdict); !differs.empty()) {
    whole.cases.push_back({.name = "what differs", .message = differs});
  }
  if (!verdict.warnings.empty()) {
    whole.cases.push_back(
        {.name = "what to mistrust", .message = fmt::format("{}", fmt::join(texts_of(verdict.warnings), "; "))});
  }
  if (!verdict.complete) whole.cases.push_back({"is complete", Outcome::error, "it was interrupted"});
  if (!whole.cases.empty()) suites.push_back(whole);
  for (const VerdictItem& item : verdict.items) {
    auto suite = std::find_if(suites.begin(), suites.end(), [&](const Suite& one) { return one.name == item.row; });
    if (suite == suites.end()) suite = suites.insert(suites.end(), {.name = item.row, .cases = {}});
    suite->cases.push_back(case_of(item, verdict));
  }
  return xml_of(suites);
}

}  // namespace hitbench
