// Where reports go: --format to --output, and each --export FORMAT=FILE.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "report/report.h"

namespace hitbench {

struct ReportRow;

struct Destination {
  const ReportRow* report;
  std::string path;  // empty or "-": stdout
};

enum class Printed { result, verdict, two_results };

// The first is that of --format. Throws Error{usage} for a format that does not exist (with the nearest), one that has
// no place for what is to be printed, and two for one file.
std::vector<Destination> destinations_of(const Options& options, Printed what);

// Before anything is measured. Throws Error{environment} if one of them cannot be written, and Error{usage} if one is
// among `inputs`, the files that the command reads.
void check_outputs(const std::vector<Destination>& destinations, const std::vector<std::string>& inputs);

// Writes all that can be written, and throws then if one of them could not: what was measured must not be lost because
// somebody closed stdout. `more` is the command that prints the details, if there is one.
void write_reports(const std::vector<Destination>& destinations, const Result& result, const Options& options,
                   const std::string& more);
void write_reports(const std::vector<Destination>& destinations, const Verdict& verdict);
void write_reports(const std::vector<Destination>& destinations, const NamedResult& a, const NamedResult& b,
                   const std::vector<std::string>& rows);

}  // namespace hitbench
