// Completion for shells, made from the table of commands.
#pragma once

#include <string>
#include <vector>

#include "cli/command_table.h"

namespace hitbench {

std::vector<std::string> completion_shells();

// The script for one of them. Throws Error{usage} for another.
std::string completion_for(const std::string& shell, const CommandTable& table);

// Each in a file of its own.
std::string bash_completion(const CommandTable& table);
std::string zsh_completion(const CommandTable& table);
std::string fish_completion(const CommandTable& table);

}  // namespace hitbench
