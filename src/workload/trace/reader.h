// The seam of trace formats: a reader turns the bytes of a recorded trace into requests, one at a time, so that a trace
// need not fit into memory. A reader belongs to one thread.
//
// One file a format, and a row of `traces()` in registry.cc, whose name is what a scenario calls the format.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "workload/workload.h"

namespace hitbench {

// What a trace says of one request. What its format lacks is absent, never invented.
struct Request {
  std::optional<Duration> time = {};  // since an instant of the trace's own: only differences mean anything
  std::string_view key = {};          // valid until the reader's next request
  std::optional<Action> operation = {};
  std::optional<uint64_t> key_bytes = {};    // where the trace has another text instead of the key, such as a hash
  std::optional<uint64_t> value_bytes = {};  // of the value that was read or written
  std::optional<Duration> ttl = {};          // that the value was stored with
  std::optional<Duration> origin_time = {};  // that loading the value took
};

class TraceReader {
 public:
  virtual ~TraceReader() = default;

  // Sets every field of `request` to the next request's. False after the last one; a trace has at least one. Throws
  // Error{usage}, with file and line, where the file cannot be read, is empty or not in this format.
  virtual bool next(Request& request) = 0;

  // Where the last request is, for an error about it: "trace.txt:3".
  virtual std::string where() const = 0;
  // What a request of this format looks like: the remedy of such an error.
  virtual std::string remedy() const = 0;
  // Why the file is probably not in this format, going by what has been read so far; else empty.
  virtual std::string doubt() const { return {}; }
};

// `format` is the name of a row. Throws Error{usage} if the file cannot be opened.
std::unique_ptr<TraceReader> open_trace(std::string_view format, const std::string& path, const Registry& registry);

}  // namespace hitbench
