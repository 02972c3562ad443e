// Text from outside (files, servers, command lines) made fit to be shown. Whatever goes to a terminal or into a file
// that people open passes one of these: stderr in cli/output.cc, reports in report/layout.cc and the formats' own
// escapes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hitbench {

// Line ends and tabs become blanks. Other control characters, those that reorder text (bidirectional marks, as in
// "Trojan Source", CVE-2021-42574) and damaged UTF-8 are escaped: "\x1b", "\u202e".
std::string printable(std::string_view text);

// The same for a text of several lines, which stay.
std::string printable_lines(std::string_view text);

// Printable, and as the text or an attribute of XML and HTML.
std::string markup_text(std::string_view text);

// Without the secrets that people put into addresses: "redis://user:word@host" is "redis://***@host", and
// "password=word" is "password=***".
std::string redacted(std::string_view text);

// At most about `bytes_max` of it: the middle is left out, and how much that was is told.
std::string without_middle(std::string_view text, size_t bytes_max);

}  // namespace hitbench
