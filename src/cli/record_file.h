// The file that `hitbench record` writes: lines, as they are or compressed by gzip where its name ends in .gz. It grows
// by pieces of whole lines, and each piece can be read although nothing follows it: after a crash or on a full disk it
// holds all lines but the last ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hitbench {

class RecordFile {
 public:
  // "-" is stdout. A new file is its user's alone, for it may hold what users stored; it is gone again if nothing was
  // written to it. Throws Error{usage} for one that
  // is there and not empty, Error{environment} where it cannot be written.
  explicit RecordFile(const std::string& path);
  ~RecordFile();
  RecordFile(const RecordFile&) = delete;
  RecordFile& operator=(const RecordFile&) = delete;

  void add(std::string_view line);
  // Writes what was added since. Throws Error{environment}; the file then holds the lines that it had room for.
  void flush();

  uint64_t lines() const { return lines_; }      // in the file
  uint64_t text_bytes() const { return text_; }  // of these lines
  uint64_t file_bytes() const { return written_; }
  bool is_compressed() const { return compress_; }

 private:
  const std::string path_;
  const bool compress_;
  bool is_new_ = false;
  int descriptor_;
  std::string pending_;
  uint64_t lines_ = 0, text_ = 0, written_ = 0;
};

}  // namespace hitbench
