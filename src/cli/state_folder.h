// Where hitbench keeps what outlives a run: $XDG_STATE_HOME/hitbench, else ~/.local/state/hitbench.
#pragma once

#include <filesystem>
#include <string>

namespace hitbench {

// Empty where the environment says neither.
std::filesystem::path state_folder();

// A file of that folder, which is made if it is not there: written whole or not at all, readable by its user only.
// Throws Error{environment}.
void write_state_file(const std::filesystem::path& path, const std::string& text);

}  // namespace hitbench
