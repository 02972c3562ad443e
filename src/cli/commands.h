// The commands, each from options to exit code.
#pragma once

#include "cli/options.h"

namespace hitbench {

int run_command(const Options& options);
int report_command(const Options& options);
int compare_command(const Options& options);
int gate_command(const Options& options);
int check_command(const Options& options);
int list_command(const Options& options);

// The scenario of a first run, built into the binary (scenarios/quickstart.json).
extern const char* const kQuickstart;

}  // namespace hitbench
