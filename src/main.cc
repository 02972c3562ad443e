// hitbench: from words on a command line to an exit code. Every error that a user can mend ends here.
#include <fmt/format.h>
#include <signal.h>

#include <exception>
#include <new>
#include <system_error>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "metrics/environment.h"

namespace hitbench {
namespace {

int dispatch(const Options& options) {
  if (!options.text.empty()) return write_output("", options.text), 0;
  if (options.quiet) quiet_progress();
  if (options.command == "run") return run_command(options);
  if (options.command == "report") return report_command(options);
  if (options.command == "compare") return compare_command(options);
  if (options.command == "gate") return gate_command(options);
  if (options.command == "trace") return trace_command(options);
  if (options.command == "curve") return curve_command(options);
  if (options.command == "check") return check_command(options);
  if (options.command == "calibrate") return calibrate_command(options);
  if (options.command == "record") return record_command(options);
  return list_command(options);
}

int explain(const Error& error) {
  clear_progress();
  say(fmt::format("hitbench: {}\n", error.what()));
  if (!error.remedy().empty()) say(fmt::format("  try: {}\n", error.remedy()));
  return error.cause() == Error::Cause::usage ? 2 : 1;
}

// What nobody foresaw. The machine is to blame for the first two kinds, we for the rest.
int explain(const std::exception& error) {
  clear_progress();
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    say("hitbench: there is not enough memory\n  try: fewer keys, rows or clients\n");
  } else if (dynamic_cast<const std::system_error*>(&error) != nullptr) {
    say(fmt::format("hitbench: the system refused: {}\n", error.what()));
  } else {
    say(fmt::format("hitbench: an error of hitbench itself: {}\n  try: report it, with the command and its files\n",
                    error.what()));
  }
  return 1;
}

}  // namespace
}  // namespace hitbench

int main(int argc, char** argv) {
  hitbench::hold_standard_descriptors();
  signal(SIGPIPE, SIG_IGN);  // a reader that went away must not take the reports of the other files with it
  try {
    return hitbench::dispatch(hitbench::parse_options(argc, argv, hitbench::version_text()));
  } catch (const hitbench::Error& error) {
    return hitbench::explain(error);
  } catch (const std::exception& error) {
    return hitbench::explain(error);
  }
}
