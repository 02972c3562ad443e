// What the commands read and say.
#pragma once

#include <string>

#include "report/report.h"

namespace hitbench {

// A saved result or verdict. Throws Error{usage}.
std::string read_result_file(const std::string& path);

// The same of a result only.
Result read_result(const std::string& path);

// Color, width and characters of stdout: NO_COLOR, TERM=dumb and pipes turn color off; only on a terminal are columns
// hidden, and words ASCII where its locale is not UTF-8.
ReportStyle terminal_style();

// An empty path and "-" are stdout.
bool is_stdout(const std::string& path);
// That of stdout, or of a file, which has all columns.
ReportStyle style_of(const std::string& path);

// For the start of main: what is closed of stdin, stdout and stderr must not become the number of a file or a socket
// that is opened later, into which reports would go.
void hold_standard_descriptors();

// To stderr, printable and without secrets, whatever it quotes. Nothing follows if it cannot be written: an exit code
// says the same.
void say(const std::string& text);

// One line on stderr, redrawn, on a terminal only; never after `quiet`.
void show_progress(const std::string& text);
void clear_progress();
void quiet_progress();
bool is_quiet();

}  // namespace hitbench
