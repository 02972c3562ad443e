// Reads the text files that a scenario names (traces, measured latencies), line by line, with errors that give file
// and line.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace hitbench {

// Calls `take` with every line, without its end (LF or CRLF). Throws Error{usage} if the file cannot be read.
void for_each_line(const std::string& path, const std::function<void(std::string_view line, uint64_t number)>& take);

// Throws Error{usage}: "trace.txt:3: what". `remedy` says what belongs there.
[[noreturn]] void refuse_line(const std::string& path, uint64_t number, const std::string& what,
                              const std::string& remedy);

}  // namespace hitbench
