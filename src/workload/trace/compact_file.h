// The bytes of a compact trace: a file that is written front to back, and one that is mapped. docs/traces.md describes
// the layout.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "workload/trace/compact.h"
#include "workload/trace/key_table.h"

namespace hitbench {

// What a compact trace says besides its requests.
struct CompactFacts {
  bool has_times = false, has_whole_seconds = false, is_of_cache = false;
  int64_t start_ns = 0, unit_ns = 1, span_ns = 0;
  std::string format;
  TraceCounts counts;
  std::vector<int64_t> ttls_ns;  // by place, from 1
};

struct CompactKey {
  uint32_t key_bytes = 0;
  uint32_t last_bytes = CompactRequest::kUnknownBytes;
};

// A file that gets its name when all of it is there, or none: then it is only this process's.
class CompactWriter {
 public:
  // An empty path: without a name. Throws Error{environment}.
  explicit CompactWriter(const std::string& path);
  ~CompactWriter();
  CompactWriter(const CompactWriter&) = delete;
  CompactWriter& operator=(const CompactWriter&) = delete;

  void add(const CompactRequest& request);
  // Writes the rest, and maps the whole. `texts(key)` is what stands for its key.
  std::shared_ptr<const CompactTrace> finish(const CompactFacts& facts, const std::vector<CompactKey>& keys,
                                             const std::vector<std::string_view>& texts);

 private:
  void write(const void* bytes, size_t count);
  void flush();

  const std::string path_;
  int fd_;
  std::vector<char> buffer_;
  uint64_t requests_ = 0;
};

// Null if the file does not begin as a compact one does. Throws Error{usage} where it is damaged or of a later version.
std::shared_ptr<const CompactTrace> map_compact(const std::string& path);

// A file in TMPDIR (or /tmp) without a name, open for reading and writing. Throws Error{environment}.
int open_nameless();

}  // namespace hitbench
