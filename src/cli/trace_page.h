// What `hitbench trace` prints: a page for people, JSON for programs.
#pragma once

#include <string>

#include "report/page.h"
#include "workload/trace/statistics.h"

namespace hitbench {

Page trace_page(const std::string& file, const CompactTrace& trace, const TraceStatistics& statistics);

// docs/trace.schema.json.
std::string trace_json(const std::string& file, const CompactTrace& trace, const TraceStatistics& statistics);

// What became of lines that are no requests, for whatever reports on a trace; the most serious first.
std::vector<Finding> trace_doubts(const CompactTrace& trace);

}  // namespace hitbench
