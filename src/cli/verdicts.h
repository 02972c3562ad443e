// What compare and gate share: the metrics they judge and the exit codes they give.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "judge/criterion.h"
#include "judge/verdict.h"

namespace hitbench {

// --metric, and --strict with --fail-on. Throw Error{usage}.
std::vector<Criterion> named_criteria(const Options& options);
ExitRules exit_rules(const Options& options);

// Prints the verdict where the options want it and returns its exit code.
int finish(Verdict verdict, const Options& options);

}  // namespace hitbench
