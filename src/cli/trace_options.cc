#include "cli/trace_options.h"

#include <CLI/CLI.hpp>
#include <cmath>

#include "base/error.h"
#include "cli/curve_options.h"
#include "cli/options.h"
#include "cli/output_file.h"
#include "workload/trace/instant.h"

namespace hitbench {

CLI::App* add_trace_command(CLI::App& app, std::vector<std::string>& files, const std::string& name,
                            const std::string& does) {
  CLI::App* command = app.add_subcommand(name, does);
  command->add_option("trace", files, "trace or log, .gz .zst .xz too; - is standard input")
      ->required()
      ->expected(1)
      ->type_name("FILE");
  return command;
}

namespace {

void add_printing(CLI::App& command, Options& options, const std::string& formats) {
  command.add_option("--format", options.format, "how to print it: " + formats)
      ->capture_default_str()
      ->type_name("FORMAT")
      ->group("Reports");
  command.add_option("--output", options.output, "write it to this file instead of stdout")
      ->type_name("FILE")
      ->group("Reports");
}

}  // namespace

void add_trace_options(CLI::App& command, TraceOptions& options) {
  command
      .add_option("--trace-format", options.format,
                  "how to read it: a format of `hitbench list traces`, or the log's own format string")
      ->capture_default_str()
      ->type_name("TRACE_FORMAT")
      ->group(kTraceGroup);
  command
      .add_option("--key", options.key,
                  "what is cached: url, path, path+query, or a regular expression whose groups are the key")
      ->capture_default_str()
      ->type_name("RULE")
      ->group(kTraceGroup);
  command.add_option("--reads", options.reads, "methods or commands that read, e.g. GET,HEAD; else the format's own")
      ->delimiter(',')
      ->type_name("WORD,...")
      ->group(kTraceGroup);
  command.add_option("--writes", options.writes, "methods or commands that write or delete, e.g. POST,DELETE")
      ->delimiter(',')
      ->type_name("WORD,...")
      ->group(kTraceGroup);
  command.add_option("--from", options.from, "leave out what was before: a date, or a time since the start")
      ->type_name("INSTANT")
      ->group(kTraceGroup);
  command.add_option("--until", options.to, "leave out what was from then on")
      ->type_name("INSTANT")
      ->group(kTraceGroup);
  command.add_option("--sample", options.sample, "only this share of the keys, by a hash")
      ->capture_default_str()
      ->check(CLI::Range(1e-6, 1.0))
      ->type_name("SHARE")
      ->group(kTraceGroup);
  command.add_option("--max-malformed", options.max_malformed, "lines that may be malformed; else 1 %")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N")
      ->group(kTraceGroup);
}

void check_not_the_trace(const std::string& file, const std::string& option, const std::string& path) {
  if (path.empty() || file == "-" || !is_same_file(file, path)) return;
  throw usage_error(option + " " + path + " would overwrite the trace that it reads", "name another file");
}

TraceSpec trace_spec(const std::string& file, const TraceOptions& options) {
  if (std::isnan(options.sample)) throw usage_error("--sample nan is no share", "use one above 0 and up to 1");
  TraceSpec spec{.file = file,
                 .format = options.format,
                 .key = options.key,
                 .reads = options.reads,
                 .writes = options.writes,
                 .sample = options.sample};
  if (!options.from.empty()) spec.from = instant_of("--from", options.from);
  if (!options.to.empty()) spec.to = instant_of("--until", options.to);
  if (options.max_malformed) spec.max_malformed = static_cast<uint64_t>(*options.max_malformed);
  return spec;
}

void add_trace_commands(CLI::App& app, Options& options) {
  CLI::App* trace =
      add_trace_command(app, options.files, "trace", "what is in a recorded trace or log; and convert it");
  add_trace_options(*trace, options.trace);
  trace->add_option("--to", options.to, "write it in the compact form to this file (.hbt)")->type_name("FILE");
  trace->add_flag("--anonymize", options.anonymize, "in that file replace keys by hashes that nobody can reverse");
  add_printing(*trace, options, "table, json or markdown");
  CLI::App* curve = add_trace_command(app, options.files, "curve", "hit ratio by cache size and policy of a trace");
  add_curve_options(*curve, options.curve);
  add_trace_options(*curve, options.trace);
  add_printing(*curve, options, "table, json, html, markdown or csv");
  curve->add_flag("--quiet", options.quiet, "do not tell on stderr how far it is")->group("Reports");
}

}  // namespace hitbench
