// What a verdict says, as tables and sentences, of which verdict_page.cc makes its page; other formats take the
// sentences.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "judge/verdict.h"
#include "report/page.h"

namespace hitbench {

std::string shown(Word word);  // "REGRESSED", "pass"

// Which rows and metrics made the word; empty for a pass.
std::string summary_of(const Verdict& verdict);

std::vector<Section> verdict_sections(const Verdict& verdict);  // one for each row

// Base and candidate; shares with as many digits as show that they differ.
std::pair<Cell, Cell> value_cells(const VerdictItem& item);
Cell change_cell(const VerdictItem& item);
Cell verdict_cell(const VerdictItem& item);  // "REGRESSED", "not judged"

std::string label_of(const VerdictItem& item);  // "origin_load.loads/op"
// "80.4 µs, then 99.5 µs: +24 [+15, +31] %", with its note.
std::string item_words(const VerdictItem& item);

// What differs between the sides of a gate, in one line; empty for what has no sides.
std::string differences_of(const Verdict& verdict);

// How it was made: tests, false alarms, the machine.
std::string footing_of(const Verdict& verdict);

}  // namespace hitbench
