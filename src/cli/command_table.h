// The commands and options of the parser (cli/options.cc) as plain data, for what shows all of them: shell completion
// and the manual page.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace hitbench {

// What may follow an option, or stand as an argument of a command.
struct Expected {
  std::string form;                // as in the help: "TIME", "CACHE,..."; empty: nothing follows
  std::vector<std::string> words;  // all of them, where they are known
  bool is_list = false;            // several of these words, separated by commas
  bool is_file = false;
};

struct OptionEntry {
  std::vector<std::string> names;  // "-h", "--help"; of an argument none
  std::string help, fallback, group;
  Expected value;
  bool repeatable = false;
  bool required = false;
};

struct CommandEntry {
  std::string name, help;
  std::vector<OptionEntry> options, arguments;
};

struct CommandTable {
  std::vector<OptionEntry> options;  // of the program itself
  std::vector<CommandEntry> commands;
};

// Without hidden commands and options.
CommandTable table_of(const CLI::App& app);

}  // namespace hitbench
