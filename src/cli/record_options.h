// The options of `hitbench record`, for the parser (cli/options.cc).
#pragma once

#include "cli/options.h"

namespace CLI {
class App;
}

namespace hitbench {

void add_record_options(CLI::App& command, Options& options);

}  // namespace hitbench
