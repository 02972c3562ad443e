#include <fmt/format.h>

#include "cli/completion.h"

namespace hitbench {
namespace {

// Before: what stands at the cursor, and which option it belongs to. "--format=json" is three words there. Of
// "redis,mem" only the end is completed.
constexpr const char* kBashStart = R"(# bash completion for hitbench, made by `hitbench completion bash`
_hitbench() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command="" words="" files="" head=""
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD > 1)); then command=${COMP_WORDS[1]}; fi
  case "$command $prev" in
)";

constexpr const char* kBashMiddle = R"(    *)
      case "$command" in
)";

constexpr const char* kBashEnd = R"(      esac
      ;;
  esac
  COMPREPLY=()
  if [[ -n $files ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
    return
  fi
  if [[ $cur == *,* ]]; then
    head=${cur%,*},
    cur=${cur##*,}
  fi
  mapfile -t COMPREPLY < <(compgen -P "$head" -W "$words" -- "$cur")
  if [[ ${COMPREPLY[0]:-} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _hitbench hitbench
)";

std::string option_words(const std::vector<OptionEntry>& options) {
  std::vector<std::string> names;
  for (const OptionEntry& option : options) names.insert(names.end(), option.names.begin(), option.names.end());
  return fmt::format("{}", fmt::join(names, " "));
}

std::string bash_words(const Expected& value) {
  if (value.is_file) return "files=yes";
  return fmt::format("words=\"{}\"", fmt::join(value.words, " "));
}

// Behind an option that takes a word.
std::string option_case(const CommandEntry& command, const OptionEntry& option) {
  std::vector<std::string> patterns;
  for (const std::string& name : option.names) patterns.push_back(fmt::format("\"{} {}\"", command.name, name));
  return fmt::format("    {}) {} ;;\n", fmt::join(patterns, " | "), bash_words(option.value));
}

// Where no option waits for its word.
std::string command_case(const CommandEntry& command) {
  const std::string argument = command.arguments.empty() ? ":" : bash_words(command.arguments.front().value);
  return fmt::format("        {}) if [[ $cur == -* ]]; then words=\"{}\"; else {}; fi ;;\n", command.name,
                     option_words(command.options), argument);
}

}  // namespace

std::string bash_completion(const CommandTable& table) {
  std::string options, commands;
  std::vector<std::string> names;
  for (const CommandEntry& command : table.commands) {
    for (const OptionEntry& option : command.options) {
      if (!option.value.form.empty()) options += option_case(command, option);
    }
    commands += command_case(command);
    names.push_back(command.name);
  }
  const std::string first =
      fmt::format("        \"\") words=\"{} {}\" ;;\n", fmt::join(names, " "), option_words(table.options));
  return kBashStart + options + kBashMiddle + first + commands + kBashEnd;
}

}  // namespace hitbench
