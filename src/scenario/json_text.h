// JSON as people write it: with comments, and with mistakes that deserve a line and a column. Members keep the order
// of the file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace hitbench {

using Json = nlohmann::ordered_json;

// Throws Error{usage} with line and column for anything that is not one JSON value, with the name for a member that
// is given twice, and for more than kDeepestJson levels: copies and destructors of deeper values recurse too far.
inline constexpr int kDeepestJson = 64;
Json parse_json(const std::string& text, const std::string& where);

// Two spaces a level; bytes that are no UTF-8 (from a command line) are replaced.
std::string print_json(const Json& json);
std::string print_compact(const Json& json);

// "a string", "a list": what a value is, in an error.
std::string_view kind_of(const Json& json);

// The whole of a text file. Throws Error{usage} for a directory, or a file that cannot be read.
std::string read_text_file(const std::string& path);

}  // namespace hitbench
