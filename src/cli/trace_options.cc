#include "cli/trace_options.h"

#include <CLI/CLI.hpp>

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

TraceSpec trace_spec(const std::string& file, const TraceOptions& options) {
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

}  // namespace hitbench
