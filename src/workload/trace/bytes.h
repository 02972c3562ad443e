// Where a trace's bytes come from: a file or standard input, as it is or compressed by gzip, zstd or xz, which its
// first bytes tell. Streaming: what is held at a time is bounded, however long the file is.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace hitbench {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `most` bytes; 0 only at the end. Throws Error{usage} where the file cannot be read, or is damaged or cut off.
  virtual size_t read(char* into, size_t most) = 0;
};

// "-" is standard input. Throws Error{usage} if the file cannot be opened.
std::unique_ptr<ByteSource> open_bytes(const std::string& path);

// Bytes that are there already, then those of `rest`, which may be null.
std::unique_ptr<ByteSource> bytes_before(std::string bytes, std::unique_ptr<ByteSource> rest);

}  // namespace hitbench
