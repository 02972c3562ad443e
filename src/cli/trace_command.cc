// hitbench trace: what is in a recorded trace; and its conversion into the compact form.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "cli/trace_page.h"
#include "registry.h"
#include "report/render.h"

namespace hitbench {
namespace {

std::string printed(const std::string& file, const CompactTrace& trace, const Options& options) {
  const TraceStatistics statistics = statistics_of(trace);
  if (options.format == "json") return trace_json(file, trace, statistics);
  const Page page = trace_page(file, trace, statistics);
  return options.format == "markdown" ? render_markdown(page) : render_text(page, style_of(options.output));
}

void check_format(const std::string& format) {
  const std::vector<std::string> formats = {"table", "json", "markdown"};
  if (std::find(formats.begin(), formats.end(), format) != formats.end()) return;
  throw usage_error("a trace cannot be printed as \"" + format + "\"" + did_you_mean(format, formats),
                    "use table, json or markdown");
}

}  // namespace

int trace_command(const Options& options) {
  check_format(options.format);
  const std::string& file = options.files.front();
  const TraceSpec spec = trace_spec(file, options.trace);
  check_not_the_trace(file, "--output", options.output);
  check_not_the_trace(file, "--to", options.to);
  check_output(options.output);
  if (options.to.empty()) {
    if (options.anonymize) throw usage_error("--anonymize changes what --to writes", "add --to FILE.hbt");
    const auto trace = load_trace(spec, registry());
    write_output(options.output, printed(file, *trace, options));
    return 0;
  }
  const auto trace = write_compact(spec, options.to, {.anonymous = options.anonymize}, registry());
  say(fmt::format("hitbench: {}: {} to {}\n", options.to, counted(trace->requests().size(), "request"),
                  counted(trace->keys(), "key")));
  write_output(options.output, printed(file, *trace, options));
  return 0;
}

}  // namespace hitbench
