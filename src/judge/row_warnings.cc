#include "judge/row_warnings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace hitbench {
namespace {

struct Warning {
  std::string kind, text;
  size_t last = 0, runs = 0;  // the last run that had it, and how many did
};

// The words without their figures: "12.5 of 30 s" is "# of # s".
std::string without_figures(const std::string& text) {
  std::string kind;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool inside = (text[i] == '.' || text[i] == ',') && i + 1 < text.size() && is_digit(text[i + 1]);
    if (!is_digit(text[i]) && !(inside && kind.ends_with('#'))) {
      kind += text[i];
    } else if (!kind.ends_with('#')) {
      kind += '#';
    }
  }
  return kind;
}

}  // namespace

std::vector<std::string> row_warnings(const std::string& subject, const std::vector<const RunResult*>& runs) {
  std::vector<Warning> all;
  for (size_t i = 0; i < runs.size(); ++i) {
    for (const std::string& text : runs[i]->validity.warnings) {
      const std::string kind = without_figures(text);
      auto known = std::find_if(all.begin(), all.end(), [&](const Warning& one) { return one.kind == kind; });
      if (known == all.end()) known = all.insert(all.end(), {.kind = kind, .text = text});
      if (known->runs > 0 && known->last == i) continue;
      known->last = i;
      ++known->runs;
    }
  }
  std::vector<std::string> words;
  for (const Warning& one : all) {
    const std::string often = runs.size() == 1 ? "" : fmt::format(" (in {} of {} slots)", one.runs, runs.size());
    words.push_back(subject + ": " + one.text + often);
  }
  return words;
}

}  // namespace hitbench
