#include "cli/verdicts.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/formats.h"
#include "metrics/environment.h"

namespace hitbench {

std::vector<Criterion> named_criteria(const Options& options) {
  std::vector<Criterion> metrics;
  for (const std::string& text : options.metrics) metrics.push_back(parse_criterion(text));
  return metrics;
}

ExitRules exit_rules(const Options& options) {
  if (!options.fail_on.empty() && options.fail_on != "inconclusive") {
    throw usage_error("--fail-on " + options.fail_on + ": only 'inconclusive' is known." +
                          did_you_mean(options.fail_on, {"inconclusive"}),
                      "a regression always fails");
  }
  return {.strict = options.strict, .fail_on_inconclusive = !options.fail_on.empty()};
}

int finish(Verdict verdict, const Options& options) {
  verdict.exit_code = exit_code_of(verdict, exit_rules(options));
  verdict.environment_json = with_command(verdict.environment_json, options.line);
  write_reports(destinations_of(options, Printed::verdict), verdict);
  return verdict.exit_code;
}

}  // namespace hitbench
