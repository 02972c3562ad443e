// The report of a set of curves: as a page, as an HTML document and as CSV.
#pragma once

#include <string>

#include "curve/curve.h"
#include "report/page.h"

namespace hitbench {

// What it was made from.
struct CurveReport {
  const CurveSet& set;
  std::string trace;    // the file
  std::string json;     // the same set, for the HTML page
  std::string command;  // that made it
};

Page page_of(const CurveReport& report);
std::string report_curve_html(const CurveReport& report);
std::string report_curve_csv(const CurveReport& report);

}  // namespace hitbench
