// Where reports go. A file is written whole or not at all: a full disk leaves an older file as it was.
#pragma once

#include <string>

#include "report/report.h"

namespace hitbench {

// Throws Error{world} if the text could not be written completely. An empty path is stdout.
void write_output(const std::string& path, const std::string& text);

// Checks early, before anything runs, that `path` can be written.
void check_output(const std::string& path);

std::string read_file(const std::string& path);  // throws Error{usage}

// Colour and width of stdout: NO_COLOR, TERM=dumb and pipes turn colour off.
ReportStyle terminal_style();

// To stderr. Nothing follows if it cannot be written: an exit code says the same.
void say(const std::string& text);

// One line on stderr, redrawn, on a terminal only.
void show_progress(const std::string& text);
void clear_progress();

}  // namespace hitbench
