#include <fmt/format.h>

#include "cli/completion.h"

namespace hitbench {
namespace {

constexpr const char* kZshStart = R"(#compdef hitbench
# zsh completion for hitbench, made by `hitbench completion zsh`
_hitbench() {
  local -a commands
  commands=(
)";

constexpr const char* kZshMiddle = R"(  )
  if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
)";

// Autoloaded, the file is the function; sourced, it declares it.
constexpr const char* kZshEnd = R"(  esac
}
if [[ $funcstack[1] == _hitbench ]]; then _hitbench "$@"; else compdef _hitbench hitbench; fi
)";

// In single quotes, where brackets and colons mean something to _arguments and _describe.
std::string zsh_quoted(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\'') {
      safe += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string action_of(const Expected& value) {
  if (value.is_file) return "_files";
  if (value.words.empty()) return " ";
  std::vector<std::string> words;
  for (const std::string& word : value.words) words.push_back(zsh_quoted(word));
  if (value.is_list) return fmt::format(" _values -s , word {}", fmt::join(words, " "));
  return fmt::format("({})", fmt::join(words, " "));
}

std::string spec_of(const OptionEntry& option, const std::string& name) {
  const std::string repeated = option.repeatable ? "*" : "";
  if (option.value.form.empty()) return fmt::format("'{}{}[{}]'", repeated, name, zsh_quoted(option.help));
  return fmt::format("'{}{}=[{}]:{}:{}'", repeated, name, zsh_quoted(option.help), zsh_quoted(option.value.form),
                     action_of(option.value));
}

std::string arguments_of(const std::vector<OptionEntry>& options, const std::vector<OptionEntry>& arguments) {
  std::string text = "_arguments";
  for (const OptionEntry& option : options) {
    for (const std::string& name : option.names) text += " \\\n        " + spec_of(option, name);
  }
  for (const OptionEntry& argument : arguments) {
    text += fmt::format(" \\\n        '*:{}:{}'", zsh_quoted(argument.value.form), action_of(argument.value));
  }
  return text;
}

}  // namespace

std::string zsh_completion(const CommandTable& table) {
  std::string names, cases;
  for (const CommandEntry& command : table.commands) {
    names += fmt::format("    '{}:{}'\n", command.name, zsh_quoted(command.help));
    cases +=
        fmt::format("    {})\n      {}\n      ;;\n", command.name, arguments_of(command.options, command.arguments));
  }
  cases += fmt::format("    *)\n      {}\n      ;;\n", arguments_of(table.options, {}));
  return kZshStart + names + kZshMiddle + cases + kZshEnd;
}

}  // namespace hitbench
