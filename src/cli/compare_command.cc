#include "base/error.h"
#include "cli/commands.h"
#include "cli/formats.h"
#include "cli/output.h"
#include "cli/verdicts.h"
#include "judge/compare.h"

namespace hitbench {
namespace {

Result read_result(const std::string& path) {
  const std::string text = read_result_file(path);
  if (is_verdict(text)) throw usage_error(path + " is a verdict, not a result", "compare the results themselves");
  return result_from_json(text, path);
}

}  // namespace

int compare_command(const Options& options) {
  const std::vector<Destination> destinations = destinations_of(options, Printed::verdict);
  const CompareOptions how{.base = options.files.at(0),
                           .candidate = options.files.at(1),
                           .force = options.force,
                           .metrics = named_criteria(options)};
  check_outputs(destinations, options.files);
  return finish(compare_results(read_result(how.base), read_result(how.candidate), how), options);
}

}  // namespace hitbench
