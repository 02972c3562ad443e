#include "cli/verdicts.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/formats.h"
#include "cli/output.h"
#include "registry.h"

namespace hitbench {

std::vector<Judged> judged_metrics(const Options& options) {
  std::vector<Judged> metrics;
  for (const std::string& text : options.metrics) metrics.push_back(parse_judged(text));
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
  const ReportStyle style = options.output.empty() ? terminal_style() : ReportStyle{};
  write_output(options.output, verdict_report_named(options.format).print_verdict(verdict, style));
  return verdict.exit_code;
}

}  // namespace hitbench
