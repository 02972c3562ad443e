// Workflow commands of GitHub Actions: printed by a step, they become annotations of the run and of its pull request.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
#include <fmt/format.h>

#include "base/printable.h"
#include "judge/answer.h"
#include "report/findings.h"
#include "report/report.h"
#include "report/verdict_sections.h"

namespace hitbench {
namespace {

// GitHub shows so many annotations of a kind for each step and drops the rest silently.
constexpr size_t kShown = 10;

std::string command_text(const std::string& text, bool property) {
  std::string done;
  for (const char c : printable(text)) {
    const bool special = c == '%' || (property && (c == ':' || c == ','));
    done += special ? fmt::format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return done;
}

std::string command(const std::string& kind, const std::string& title, const std::string& text) {
  return fmt::format("::{} title={}::{}\n", kind, command_text("hitbench: " + title, true), command_text(text, false));
}

struct Annotation {
  std::string title, text;
};

std::string commands(const std::string& kind, const std::vector<Annotation>& annotations) {
  std::string text;
  const bool all = annotations.size() <= kShown;
  for (size_t i = 0; i < (all ? annotations.size() : kShown - 1); ++i) {
    text += command(kind, annotations[i].title, annotations[i].text);
  }
  if (!all) text += command(kind, "more", fmt::format("and {} more", annotations.size() - kShown + 1));
  return text;
}

// The words that are about an item rather than good news, by how loud they are.
Maybe<bool> is_error(const VerdictItem& item) {
  switch (item.verdict) {
    case Word::regressed:
    case Word::invalid:
      return true;
    case Word::suspect:
    case Word::inconclusive:
      return item.judged ? Maybe<bool>(false) : std::nullopt;
    case Word::pass:
    case Word::improved:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::string report_github(const Result& result, const ReportStyle& style) {
  std::vector<Annotation> errors, warnings;
  size_t met = 0;
  for (const Finding& finding : thresholds_of(result, style)) {
    if (finding.tone == Finding::Tone::good) ++met;
    if (finding.tone != Finding::Tone::good) errors.push_back({"threshold " + finding.word, finding.text});
  }
  for (const Finding& finding : doubts_of(selected_runs(result, style))) {
    // A failed row makes the exit code; an invalid one does not, unless a threshold is on it.
    (finding.id == "row-failed" ? errors : warnings).push_back({finding.word, finding.text});
  }
  std::string text = commands("error", errors) + commands("warning", warnings);
  if (met > 0) text += command("notice", "thresholds", fmt::format("{} met", met));
  if (!result.answer.empty()) text += command("notice", "answer", fill_answer(result));
  return text;
}

std::string report_verdict_github(const Verdict& verdict, const ReportStyle&) {
  std::vector<Annotation> errors, warnings;
  for (const Doubt& reason : verdict.reasons) errors.push_back({"INVALID", reason.text});
  for (const std::string& field : verdict.unlike) errors.push_back({"unlike", field});
  for (const VerdictItem& item : verdict.items) {
    const Maybe<bool> error = is_error(item);
    const std::string place = item.row + (item.metric.empty() ? "" : " " + label_of(item));
    if (error) (*error ? errors : warnings).push_back({shown(item.verdict), place + ": " + item_words(item)});
  }
  for (const Doubt& warning : verdict.warnings) warnings.push_back({"warning", warning.text});
  std::string summary = summary_of(verdict);
  if (const std::string differs = differences_of(verdict); !differs.empty()) {
    summary += (summary.empty() ? "differs: " : "; differs: ") + differs;
  }
  return commands("error", errors) + commands("warning", warnings) +
         command("notice", verdict.kind, shown(verdict.verdict) + (summary.empty() ? "" : ": " + summary));
}

}  // namespace hitbench
