// From a page to text. Renderers print every block of their medium in the page's order, and decide nothing else.
#pragma once

#include <string>

#include "report/page.h"

namespace hitbench {

std::string render_text(const Page& page, const ReportStyle& style);  // for a terminal
std::string render_markdown(const Page& page);                        // GitHub-flavored

}  // namespace hitbench
