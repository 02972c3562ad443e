// Text as HTML. Whatever comes from outside (names, questions, what servers said) passes markup_text(), once.
#pragma once

#include <string>
#include <string_view>

#include "base/printable.h"
#include "report/cell.h"

namespace hitbench::html {

// "<b>text</b>", the text escaped; with `classes` where there are any.
std::string element(std::string_view tag, std::string_view text, std::string_view classes = "");

// A table in a region that scrolls by itself where the window is narrow. `says` is what it is called aloud.
std::string table_of(const Grid& grid, std::string_view says);

}  // namespace hitbench::html
