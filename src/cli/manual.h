// The manual page, hitbench(1), made from the table of commands.
#pragma once

#include <string>

#include "cli/command_table.h"

namespace hitbench {

// What it says besides commands and options.
struct ManualText {
  std::string version;  // "hitbench 0.1.0"
  std::string about, examples, exit_codes;
};

// As troff, in the macros of man(7).
std::string manual_page(const CommandTable& table, const ManualText& text);

}  // namespace hitbench
