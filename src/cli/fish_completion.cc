#include <fmt/format.h>

#include "cli/completion.h"

namespace hitbench {
namespace {

std::string fish_quoted(const std::string& text) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe + "'";
}

std::string fish_name(const std::string& name) {
  return name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
}

// What follows an option: files, some of these words, or any word.
std::string fish_value(const Expected& value) {
  if (value.form.empty()) return "";
  if (value.is_file) return " -r -F";
  if (value.words.empty()) return " -x";
  return " -x -a " + fish_quoted(fmt::format("{}", fmt::join(value.words, " ")));
}

std::string fish_option(const std::string& condition, const OptionEntry& option) {
  std::string line = "complete -c hitbench -n " + fish_quoted(condition);
  for (const std::string& name : option.names) line += fish_name(name);
  return line + fish_value(option.value) + " -d " + fish_quoted(option.help) + "\n";
}

std::string fish_argument(const std::string& condition, const Expected& value) {
  const std::string words =
      value.is_file ? " -F" : " -a " + fish_quoted(fmt::format("{}", fmt::join(value.words, " ")));
  return "complete -c hitbench -n " + fish_quoted(condition) + words + "\n";
}

}  // namespace

std::string fish_completion(const CommandTable& table) {
  std::string text = "# fish completion for hitbench, made by `hitbench completion fish`\ncomplete -c hitbench -f\n";
  const std::string first = "__fish_use_subcommand";
  for (const OptionEntry& option : table.options) text += fish_option(first, option);
  for (const CommandEntry& command : table.commands) {
    text += fmt::format("complete -c hitbench -n {} -a {} -d {}\n", first, command.name, fish_quoted(command.help));
  }
  for (const CommandEntry& command : table.commands) {
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    for (const OptionEntry& option : command.options) text += fish_option(condition, option);
    for (const OptionEntry& argument : command.arguments) text += fish_argument(condition, argument.value);
  }
  return text;
}

}  // namespace hitbench
