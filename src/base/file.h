// Reads what a user named.
#pragma once

#include <cstddef>
#include <string>

namespace hitbench {

// The whole of a file (or of a pipe). Throws Error{usage} for a directory, what cannot be read, and more than
// `bytes_max`, which also stops at a device that never ends.
std::string read_file(const std::string& path, size_t bytes_max);

// The first line, without its end (LF or CRLF), of a regular file, or of a pipe that is open as /dev/fd/N: a named one
// would be waited for. Throws Error{usage} for anything else, and for a line of more than `bytes_max`.
std::string read_first_line(const std::string& path, size_t bytes_max);

}  // namespace hitbench
