// The output formats by name.
#pragma once

#include <string>

namespace hitbench {

struct ReportRow;

// Throws Error{usage} with the nearest name; the second also for a format that has no place for a verdict.
const ReportRow& report_named(const std::string& format);
const ReportRow& verdict_report_named(const std::string& format);

}  // namespace hitbench
