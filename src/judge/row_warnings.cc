#include "judge/row_warnings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace hitbench {
namespace {

struct Warning {
  std::string kind;
  Doubt doubt;
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

std::vector<Doubt> row_warnings(const std::string& subject, const std::vector<const RunResult*>& runs) {
  std::vector<Warning> all;
  for (size_t i = 0; i < runs.size(); ++i) {
    for (const Doubt& doubt : runs[i]->validity.warnings) {
      const std::string kind = without_figures(doubt.text);
      auto known = std::find_if(all.begin(), all.end(), [&](const Warning& one) { return one.kind == kind; });
      if (known == all.end()) known = all.insert(all.end(), {.kind = kind, .doubt = doubt});
      if (known->runs > 0 && known->last == i) continue;
      known->last = i;
      ++known->runs;
    }
  }
  std::vector<Doubt> doubts;
  for (Warning& one : all) {
    const std::string often = runs.size() == 1 ? "" : fmt::format(" (in {} of {} slots)", one.runs, runs.size());
    one.doubt.text = subject + ": " + one.doubt.text + often;
    doubts.push_back(std::move(one.doubt));
  }
  return doubts;
}

}  // namespace hitbench
