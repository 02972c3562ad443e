// The commands, each from options to exit code.
#pragma once

#include <vector>

#include "cli/formats.h"
#include "cli/options.h"
#include "metrics/result.h"

namespace hitbench {

int run_command(const Options& options);
int report_command(const Options& options);
int compare_command(const Options& options);
int gate_command(const Options& options);
int check_command(const Options& options);
int list_command(const Options& options);
int trace_command(const Options& options);
int record_command(const Options& options);
int curve_command(const Options& options);
int calibrate_command(const Options& options);

// run --find-max.
int find_max_command(const Options& options);

// Writes the reports of a run that has just ended, and keeps its result.
void report_run(const std::vector<Destination>& destinations, const Result& result, const Options& options);
// On stderr, whatever the format of the report: one line for each reason why rows failed.
void explain_failures(const Result& result);
void explain_left_keys(const Result& result);

// The scenario of a first run, built into the binary (scenarios/quickstart.json).
extern const char* const kQuickstart;

}  // namespace hitbench
