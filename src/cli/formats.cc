#include "cli/formats.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "registry.h"

namespace hitbench {

const ReportRow& report_named(const std::string& format) {
  for (const ReportRow& row : registry().reports) {
    if (row.name == format) return row;
  }
  std::vector<std::string> names;
  for (const ReportRow& row : registry().reports) names.emplace_back(row.name);
  throw usage_error("there is no format '" + format + "'." + did_you_mean(format, names),
                    "`hitbench list reports` lists them");
}

const ReportRow& verdict_report_named(const std::string& format) {
  const ReportRow& row = report_named(format);
  if (row.print_verdict != nullptr) return row;
  std::vector<std::string_view> names;
  for (const ReportRow& other : registry().reports) {
    if (other.print_verdict != nullptr) names.push_back(other.name);
  }
  throw usage_error("the format '" + format + "' has no place for a verdict",
                    fmt::format("one of: {}", fmt::join(names, ", ")));
}

}  // namespace hitbench
