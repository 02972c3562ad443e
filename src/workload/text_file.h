// Reads the text files that a scenario names (traces, measured latencies), line by line, with errors that give file
// and line.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace hitbench {

class TextFile {
 public:
  // Throws Error{usage} if the file cannot be opened.
  explicit TextFile(const std::string& path);

  // The next line without its end (LF or CRLF), valid until the next call. False after the last line. Throws
  // Error{usage} if the file cannot be read.
  bool next(std::string_view& line);

  const std::string& path() const { return path_; }
  // Of the line that next() gave last, from 1; 0 before the first.
  uint64_t line_number() const { return line_number_; }
  // The same for errors: "trace.txt:3".
  std::string where() const { return path_ + ":" + std::to_string(line_number_); }
  // Throws Error{usage}: "trace.txt:3: what". `remedy` says what belongs there.
  [[noreturn]] void refuse(const std::string& what, const std::string& remedy) const;

 private:
  const std::string path_;
  std::vector<char> line_;
  std::ifstream file_;  // last: the reason of a failed opening is errno
  uint64_t line_number_ = 0;
};

}  // namespace hitbench
