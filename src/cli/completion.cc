#include "cli/completion.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "base/text.h"

namespace hitbench {
namespace {

struct Shell {
  const char* name;
  std::string (*script)(const CommandTable& table);
};
constexpr std::array kShells = {Shell{"bash", bash_completion}, Shell{"zsh", zsh_completion},
                                Shell{"fish", fish_completion}};

}  // namespace

std::vector<std::string> completion_shells() {
  std::vector<std::string> names;
  for (const Shell& shell : kShells) names.emplace_back(shell.name);
  return names;
}

std::string completion_for(const std::string& shell, const CommandTable& table) {
  for (const Shell& each : kShells) {
    if (shell == each.name) return each.script(table);
  }
  throw usage_error(fmt::format("there is no completion for '{}'.{}", shell, did_you_mean(shell, completion_shells())),
                    fmt::format("one of: {}", fmt::join(completion_shells(), ", ")));
}

}  // namespace hitbench
