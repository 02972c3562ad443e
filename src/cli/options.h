// The command line, as data.
#pragma once

#include <string>
#include <vector>

namespace hitbench {

struct Options {
  std::string command;             // run, report, check, list
  std::vector<std::string> files;  // scenarios, or a result
  std::vector<std::string> sets;   // --set, --seed and --clock
  std::string format = "table";
  std::string output;  // empty: stdout
  std::vector<std::string> thresholds;
  std::vector<std::string> rows;  // report --rows
  std::string kind;               // list KIND
  bool schema = false;            // list --schema
  bool strict = false;
  std::string text;  // set: print this and exit 0 (--help, --version)
};

// Throws Error{usage} with the nearest name for an unknown command or option.
Options parse_options(int argc, char** argv, const std::string& version);

}  // namespace hitbench
