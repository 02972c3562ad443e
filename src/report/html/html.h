// A page as one HTML file that asks for nothing else: no script, no network, no font. Charts are SVG, each with its
// figures as a table; the JSON that all of it comes from is in the file, too.
#pragma once

#include <string>
#include <vector>

#include "report/html/attached_data.h"
#include "report/html/chart.h"

namespace hitbench::html {

// What the page was made from.
struct Attached {
  std::string label;  // where there are several
  std::string environment_json, scenario_json;
  std::string file_name;
  AttachData data;
};

// In bytes: what a page has room for, however long a run was, with up to 12 rows; and for each further row.
inline constexpr size_t kMostBytes = 250'000, kRows = 12, kBytesOfFurtherRow = 20'000;

struct HtmlParts {
  std::string title;
  std::string blocks, details, footer;  // HTML
  std::vector<Chart> charts;            // after the blocks
  std::vector<Attached> attached;
  size_t rows = 0;
};

std::string document_html(const HtmlParts& parts);

}  // namespace hitbench::html
