// JUnit XML: what GitLab, Jenkins and GitHub's reporters show beside the tests of a build. Of its dialects this is the
// part that all of them read.
//
// A failure is what the exit code 3 stands for: a threshold that was missed. An error is what cannot be judged: a row
// that failed or is invalid, a threshold on what was not measured. What could not run here is skipped. Claims are
// questions rather than promises, so they are no test cases.
#include <fmt/format.h>

#include <string_view>

#include "report/layout.h"
#include "report/report.h"
#include "report/sections.h"

namespace hitbench {
namespace {

std::string escaped(const std::string& text) {
  std::string done;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        done += "&amp;";
        break;
      case '<':
        done += "&lt;";
        break;
      case '>':
        done += "&gt;";
        break;
      case '"':
        done += "&quot;";
        break;
      default:
        done += c;
    }
  }
  // The two that XML 1.0 forbids in UTF-8 besides control characters: U+FFFE and U+FFFF.
  for (const std::string_view forbidden : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
    for (size_t at = done.find(forbidden); at != std::string::npos; at = done.find(forbidden)) {
      done.replace(at, forbidden.size(), "?");
    }
  }
  return done;
}

enum class Outcome { passed, failure, error, skipped };

struct Case {
  std::string name;
  Outcome outcome = Outcome::passed;
  std::string message;  // why it did not pass, or what was measured
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
  const std::string message = escaped(one.message);
  switch (one.outcome) {
    case Outcome::failure:
      return fmt::format("      <failure type=\"threshold\" message=\"{0}\">{0}</failure>\n", message);
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
  const std::string name = escaped(suite.name);
  std::string text = fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n", name,
      suite.cases.size(), suite.count(Outcome::failure), suite.count(Outcome::error), suite.count(Outcome::skipped),
      suite.seconds);
  double seconds = suite.seconds;  // the first case is the run itself
  for (const Case& one : suite.cases) {
    text += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n", name, escaped(one.name),
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

std::string figures_of(const Row& row) {
  std::string words;
  for (const std::string metric : {"throughput", "hit_ratio", "read.response.p50", "read.response.p99",
                                   "write.response.p50", "write.response.p99", "origin_load.loads"}) {
    const Maybe<double> value = row.value(metric);
    if (value) words += (words.empty() ? "" : ", ") + metric + " " + format_value(*value, unit_of(metric));
  }
  return words;
}

Case run_of(const Row& row) {
  Case one{.name = "runs and is valid", .message = row.fault()};
  if (row.valid()) {
    one.message = figures_of(row);
  } else if (row.skipped() && !row.first().failed()) {
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

Suite suite_of(const Row& row, const std::vector<ThresholdVerdict>& verdicts) {
  Suite suite{.name = row.name, .cases = {run_of(row)}};
  for (const RunResult* run : row.runs) suite.seconds += static_cast<double>(run->duration_ns) / 1e9;
  for (const ThresholdVerdict& verdict : verdicts) {
    if (verdict.row == row.name) suite.cases.push_back(threshold_case(verdict));
  }
  return suite;
}

}  // namespace

std::string report_junit(const Result& result, const ReportStyle& style) {
  const std::vector<ThresholdVerdict> verdicts = selected_verdicts(result, style);
  std::vector<Suite> suites;
  for (const Row& row : selected_rows(result, style)) suites.push_back(suite_of(row, verdicts));
  Suite homeless{.name = "thresholds", .cases = {}};
  for (const ThresholdVerdict& verdict : verdicts) {
    if (verdict.row == kNoRow) homeless.cases.push_back(threshold_case(verdict));
  }
  if (!homeless.cases.empty()) suites.push_back(homeless);
  return xml_of(suites);
}

}  // namespace hitbench
