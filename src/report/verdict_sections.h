// What a verdict says, as tables and sentences: printed by verdict_table.cc for a terminal and by markdown.cc for a web
// page; other formats take the sentences.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "judge/verdict.h"
#include "report/layout.h"

namespace hitbench {

std::string shown(Word word);  // "REGRESSED", "pass"

// Which rows and metrics made the word; empty for a pass.
std::string summary_of(const Verdict& verdict);

struct VerdictRow {
  std::string name;
  std::vector<std::pair<std::string, std::string>> faults;  // {"INVALID", why}
  Grid grid;                                                // may have no rows
  std::vector<std::pair<std::string, std::string>> notes;   // {metric, what to know of it}
};
std::vector<VerdictRow> verdict_rows(const Verdict& verdict);

std::string label_of(const VerdictItem& item);  // "origin_load.loads/op"
// "80.4 µs, then 99.5 µs: +24 [+15, +31] %", with its note.
std::string item_words(const VerdictItem& item);

// What differs between the sides of a gate, in one line; empty for what has no sides.
std::string differences_of(const Verdict& verdict);

// How it was made: tests, false alarms, the machine.
std::string footing_of(const Verdict& verdict);

}  // namespace hitbench
