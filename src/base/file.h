// Reads what a user named.
#pragma once

#include <cstddef>
#include <string>

namespace hitbench {

// The whole of a file (or of a pipe). Throws Error{usage} for a directory, what cannot be read, and more than
// `bytes_max`, which also stops at a device that never ends.
std::string read_file(const std::string& path, size_t bytes_max);

}  // namespace hitbench
