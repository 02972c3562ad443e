#include "cli/commands.h"
#include "cli/formats.h"
#include "cli/output.h"
#include "cli/verdicts.h"
#include "judge/compare.h"

namespace hitbench {

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
