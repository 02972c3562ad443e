// Text as HTML. Whatever comes from outside (names, questions, what servers said) passes escaped(), once.
#pragma once

#include <string>
#include <string_view>

#include "report/cell.h"

namespace hitbench::html {

// Fit for an element and for an attribute in double quotes; control characters and such are shown as "\x1b".
std::string escaped(std::string_view text);

// "<b>text</b>", the text escaped; with `classes` where there are any.
std::string element(std::string_view tag, std::string_view text, std::string_view classes = "");

// A table in a region that scrolls by itself where the window is narrow. `says` is what it is called aloud.
std::string table_of(const Grid& grid, std::string_view says);

}  // namespace hitbench::html
