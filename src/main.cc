// hitbench: from words on a command line to an exit code. Every error that a user can mend ends here.
#include <fmt/format.h>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "metrics/environment.h"

namespace hitbench {
namespace {

int dispatch(const Options& options) {
  if (!options.text.empty()) return write_output("", options.text), 0;
  if (options.command == "run") return run_command(options);
  if (options.command == "report") return report_command(options);
  if (options.command == "compare") return compare_command(options);
  if (options.command == "gate") return gate_command(options);
  if (options.command == "check") return check_command(options);
  return list_command(options);
}

void explain(const Error& error) {
  clear_progress();
  say(fmt::format("hitbench: {}\n", error.what()));
  if (!error.remedy().empty()) say(fmt::format("  try: {}\n", error.remedy()));
}

}  // namespace
}  // namespace hitbench

int main(int argc, char** argv) {
  try {
    return hitbench::dispatch(hitbench::parse_options(argc, argv, hitbench::version_text()));
  } catch (const hitbench::Error& error) {
    hitbench::explain(error);
    return error.cause() == hitbench::Error::Cause::usage ? 2 : 1;
  }
}
