// The options that say which trace, and which of its requests: of `trace` and `curve`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workload/trace/compact.h"

namespace CLI {
class App;
}

namespace hitbench {

struct Options;

// As typed.
struct TraceOptions {
  std::string format = "auto", key = "url";
  std::vector<std::string> reads, writes;
  std::string from, to;
  double sample = 1;
  std::optional<int64_t> max_malformed;
};

// A command that reads one trace, which `files` gets.
CLI::App* add_trace_command(CLI::App& app, std::vector<std::string>& files, const std::string& name,
                            const std::string& does);
void add_trace_options(CLI::App& command, TraceOptions& options);

// The commands that take a trace.
void add_trace_commands(CLI::App& app, Options& options);

// Throws Error{usage} where `option` names the trace itself as the file to write.
void check_not_the_trace(const std::string& file, const std::string& option, const std::string& path);

// Throws Error{usage} for a time that is none.
TraceSpec trace_spec(const std::string& file, const TraceOptions& options);

// Of options in the help.
inline constexpr const char* kTraceGroup = "Trace";

}  // namespace hitbench
