// Where hitbench keeps what outlives a run: $XDG_STATE_HOME/hitbench, else ~/.local/state/hitbench.
#pragma once

#include <filesystem>

namespace hitbench {

// Empty where the environment says neither.
std::filesystem::path state_folder();

}  // namespace hitbench
