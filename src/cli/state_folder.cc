#include "cli/state_folder.h"

#include <cstdlib>

namespace hitbench {
namespace {

std::filesystem::path folder_in(const char* variable, const char* below) {
  const char* value = std::getenv(variable);
  if (value == nullptr || value[0] != '/') return {};  // relative ones are to be ignored (XDG Base Directory 0.8)
  return std::filesystem::path(value) / below;
}

}  // namespace

std::filesystem::path state_folder() {
  const std::filesystem::path stated = folder_in("XDG_STATE_HOME", "hitbench");
  return stated.empty() ? folder_in("HOME", ".local/state/hitbench") : stated;
}

}  // namespace hitbench
