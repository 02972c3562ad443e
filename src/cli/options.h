// The command line, as data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/curve_options.h"
#include "cli/trace_options.h"

namespace hitbench {

struct Options {
  std::string command;             // run, report, compare, gate, check, list, trace, curve, record, calibrate,
                                   // completion, man
  std::string line;                // all of it as a shell takes it, without passwords
  std::vector<std::string> files;  // scenarios, or results
  std::vector<std::string> sets;   // --set, --seed and --clock
  struct Flag {
    std::string name, word;  // "--ttl", "1h"
  };
  std::vector<Flag> flags;     // those of cli/flags.h
  std::string write_scenario;  // run --write-scenario
  std::string format = "table";
  std::string output;                // empty: stdout
  std::vector<std::string> exports;  // "junit=hitbench.xml"
  std::vector<std::string> thresholds;
  std::string find_max;           // run --find-max
  std::vector<std::string> rows;  // report --rows
  bool details = false;           // run, report --details
  bool quiet = false;             // run, gate --quiet
  std::string kind;               // list WORD
  bool schema = false;            // list --schema
  std::string shell;              // completion SHELL
  bool strict = false;
  bool no_exec = false;

  // compare and gate
  std::vector<std::string> metrics;  // --metric
  std::string fail_on;               // "inconclusive"
  bool force = false;                // compare unlike results

  // gate
  struct GateSide {
    std::vector<std::string> sets;
    std::string scenario, binary;  // empty: the common one, this program
    bool operator==(const GateSide&) const = default;
  };
  GateSide base, candidate;
  std::optional<int> pairs;  // empty: as many as the budget has room for
  std::string budget = "60s";
  bool calibrate = false;  // --aa

  // trace and curve
  TraceOptions trace;
  CurveOptions curve;
  std::string to;          // the compact form
  bool anonymize = false;  // its keys

  struct Record {
    std::string address, length = "60s", bytes = "1GiB", requests;  // empty requests: any number
  };
  Record record;  // its file is `output`

  std::string calibration_time = "10s";  // calibrate --for

  std::string text;  // set: print this and exit 0 (--help, --version, completion)
};

// Throws Error{usage} with the nearest name for an unknown command or option.
Options parse_options(int argc, char** argv, const std::string& version);

}  // namespace hitbench
