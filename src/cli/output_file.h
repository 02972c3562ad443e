// Where reports are written. A file is written whole or not at all: a full disk leaves an older file as it was. Not so
// where it has to be overwritten in place, whose old text is gone first.
#pragma once

#include <string>

namespace hitbench {

// An empty path, "-" and "/dev/stdout" are stdout; "/dev/stderr" and "/dev/fd/N" what is open there, at its present
// place. A device or a pipe is written to. Through a symbolic link the file that it names is replaced. A file that is
// there keeps its mode; where its folder takes no new file, it is overwritten in place. A new one has the mode that the
// umask leaves. Throws Error{environment} if the text could not be written completely.
void write_output(const std::string& path, const std::string& text);

// Checks early, before anything runs, that `path` can be written; a stdout that is closed is told when it is written
// to, since other files may be wanted from the same run. Throws Error{environment}.
void check_output(const std::string& path);

// Whether both lead to one regular file, that is there or yet to be made.
bool is_same_file(const std::string& a, const std::string& b);

}  // namespace hitbench
