// The blocks of a page as HTML, in the page's order.
#pragma once

#include <string>

#include "report/page.h"

namespace hitbench::html {

// All but the details, which follow the charts, and the footer, which stands at the end of the document.
std::string blocks_html(const Page& page);
std::string details_html(const Page& page);
std::string footer_html(const Page& page);

}  // namespace hitbench::html
