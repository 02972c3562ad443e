// hitbench curve: the hit ratio by cache size that a trace would have.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "curve/curve_json.h"
#include "metrics/environment.h"
#include "registry.h"
#include "report/curve_page.h"
#include "report/render.h"

namespace hitbench {
namespace {

CurveMakers registered_makers() {
  CurveMakers makers;
  for (const EvictionRow& row : registry().evictions) makers.policies[std::string(row.name)] = row.policy;
  for (const TwinRow& row : registry().twins) {
    for (const std::string_view policy : row.policies) {
      makers.twins[fmt::format("{}:{}", row.name, policy)] = [&row, policy](const ModelLimit& limit) {
        return row.model(policy, limit);
      };
    }
  }
  return makers;
}

void check_curve_format(const std::string& format) {
  const std::vector<std::string> formats = {"table", "json", "html", "markdown", "csv"};
  if (std::find(formats.begin(), formats.end(), format) != formats.end()) return;
  throw usage_error("curves cannot be printed as '" + format + "'." + did_you_mean(format, formats),
                    "use table, json, html, markdown or csv");
}

std::string printed_curves(const CurveReport& report, const Options& options) {
  if (options.format == "json") return report.json;
  if (options.format == "csv") return report_curve_csv(report);
  if (options.format == "html") return report_curve_html(report);
  const Page page = page_of(report);
  if (options.format == "markdown") return render_markdown(page);
  return render_text(page, style_of(options.output));
}

}  // namespace

int curve_command(const Options& options) {
  check_curve_format(options.format);
  check_output(options.output);
  const std::string& file = options.files.front();
  check_not_the_trace(file, "--output", options.output);
  CurveSpec spec = curve_spec(options.curve);
  spec.progress = [](size_t ended, size_t all) { show_progress(fmt::format("curves: {} of {}", ended, all)); };
  const CurveMakers makers = registered_makers();
  const auto trace = load_trace(trace_spec(file, options.trace), registry());
  const CurveSet set = curves_of(*trace, spec, makers);
  clear_progress();
  const CurveReport report{set, file, curve_json(set, file, version_text()), options.line};
  write_output(options.output, printed_curves(report, options));
  return 0;
}

}  // namespace hitbench
