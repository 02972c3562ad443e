// The lines of a text trace, read in large pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "workload/trace/bytes.h"

namespace hitbench {

class LineSource {
 public:
  explicit LineSource(std::unique_ptr<ByteSource> bytes);

  // The next line without its end (LF or CRLF), valid until the next call. False after the last one. Of a line that is
  // longer than kLongest its beginning, and is_cut().
  bool next(std::string_view& line);

  bool is_cut() const { return cut_; }          // the line was too long
  bool is_unended() const { return unended_; }  // the line, which is the last, has no line feed
  uint64_t number() const { return number_; }   // of the last line, from 1; 0 before the first

  static constexpr size_t kLongest = size_t{4} << 20;

 private:
  bool fill();
  bool drop_line();

  std::unique_ptr<ByteSource> bytes_;
  std::vector<char> buffer_;
  size_t begin_ = 0, end_ = 0;
  uint64_t number_ = 0;
  bool ended_ = false, cut_ = false, unended_ = false;
  bool drops_ = false;  // the rest of the last line has not been read
};

}  // namespace hitbench
