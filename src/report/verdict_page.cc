// The page of a verdict: the word first, then every metric of every row, then what to mistrust and how it was made.
#include "report/page.h"
#include "report/verdict_sections.h"

namespace hitbench {
namespace {

using Tone = Finding::Tone;

Tone tone_of(Word word) {
  switch (word) {
    case Word::pass:
    case Word::improved:
      return Tone::good;
    case Word::regressed:
    case Word::invalid:
      return Tone::bad;
    case Word::suspect:
    case Word::inconclusive:
      break;
  }
  return Tone::doubtful;
}

// `of_older`: the id of what an older version wrote, which had none.
std::vector<Finding> findings_of(const char* of_older, const std::vector<Doubt>& doubts) {
  std::vector<Finding> findings;
  for (const Doubt& doubt : doubts) {
    findings.push_back({.id = doubt.id.empty() ? of_older : doubt.id, .word = "", .text = doubt.text});
  }
  return findings;
}

class VerdictPage {
 public:
  explicit VerdictPage(const Verdict& verdict) : verdict_(verdict), page_{.kind = "hitbench:" + verdict.kind} {}

  Page build() {
    header();
    list("", findings_of("reason", verdict_.reasons));
    std::vector<Finding> unlike;
    for (const std::string& field : verdict_.unlike) unlike.push_back({.id = "unlike", .word = "", .text = field});
    list("Unlike:", std::move(unlike));
    for (Section& section : verdict_sections(verdict_)) add(std::move(section));
    list("", findings_of("warning", verdict_.warnings));
    if (const std::string footing = footing_of(verdict_); !footing.empty()) add(Footer{{{"", footing}}});
    return std::move(page_);
  }

 private:
  template <typename Content>
  void add(Content content, Medium medium = Medium::any) {
    page_.blocks.push_back({.content = std::move(content), .medium = medium});
  }

  void list(const std::string& title, std::vector<Finding> findings) {
    if (findings.empty()) return;
    add(FindingList{.title = title, .findings = std::move(findings), .is_title_bold = false});
  }

  // A terminal has question, sides and word one below the other; a document has the word in its heading.
  void header() {
    const std::string word = shown(verdict_.verdict), summary = summary_of(verdict_);
    add(Heading{verdict_.question.empty() ? word : word + ": " + verdict_.question}, Medium::document);
    if (!verdict_.complete) {
      add(Paragraph{.lead = "PARTIAL: ", .after = "", .text = "it was interrupted", .tone = Tone::bad},
          Medium::terminal);
    }
    if (!verdict_.question.empty()) add(Heading{verdict_.question}, Medium::terminal);
    sides();
    terminal_word(word, summary);
    if (!verdict_.complete) {
      add(Paragraph{.lead = "PARTIAL", .after = ": ", .text = "it was interrupted", .tone = Tone::bad},
          Medium::document);
    }
    if (!summary.empty()) {
      add(Paragraph{.lead = word, .after = " ", .text = summary, .tone = tone_of(verdict_.verdict)}, Medium::document);
    }
  }

  void sides() {
    LabeledLines sides{{{"base", verdict_.base}}};
    if (is_calibration()) {
      add(Paragraph{.lead = "base against base: ", .after = "", .text = verdict_.base}, Medium::terminal);
      return add(std::move(sides), Medium::document);
    }
    sides.lines.emplace_back("candidate", verdict_.candidate);
    if (const std::string differs = differences_of(verdict_); !differs.empty()) {
      sides.lines.emplace_back("differs", differs);
    }
    add(std::move(sides));
  }

  // Of a calibration there is a word only where it is no good.
  void terminal_word(const std::string& word, const std::string& summary) {
    if (is_calibration() && verdict_.verdict != Word::invalid) return;
    add(Paragraph{.lead = word, .after = " ", .text = summary, .tone = tone_of(verdict_.verdict)}, Medium::terminal);
  }

  bool is_calibration() const { return verdict_.kind == "calibration"; }

  const Verdict& verdict_;
  Page page_;
};

}  // namespace

Page page_of(const Verdict& verdict, const ReportStyle&) { return VerdictPage(verdict).build(); }

}  // namespace hitbench
