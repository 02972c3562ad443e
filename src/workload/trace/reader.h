// The seam of trace formats: a reader turns the bytes of a recorded trace into requests, one at a time, so that a trace
// need not fit into memory. A reader belongs to one thread.
//
// One file a format (or a family of formats that a layout tells apart), and a row of `traces()` in registry.cc, whose
// name is what a scenario calls the format.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "workload/trace/bytes.h"
#include "workload/workload.h"

namespace hitbench {

// What a trace says of one request. What its format lacks is absent, never invented. Texts are valid until the reader's
// next request.
struct Request {
  std::optional<Duration> time = {};  // when it arrived; since 1970 where the trace has dates
  std::string_view key = {};          // of a web log the URI as logged, with its query
  std::string_view host = {};         // of a web log that has it
  std::string_view method = {};       // "GET", "mget", "REST.GET.OBJECT": as the trace spells it
  std::optional<Action> operation = {};
  std::optional<bool> found = {};            // whether there was such a row or entry; a 404 is false
  std::optional<uint64_t> key_bytes = {};    // where the trace has another text instead of the key, such as a hash
  std::optional<uint64_t> value_bytes = {};  // of the value that was read or written
  std::optional<Duration> ttl = {};          // that the value was stored with
  std::optional<Duration> origin_time = {};  // that loading the value took
  std::string_view left_out = {};  // why no cache would be asked for it, although its line is in order: "status 500"
};

enum class Got { request, malformed, end };

class TraceReader {
 public:
  virtual ~TraceReader() = default;

  // Sets every field of `request` to the next request's. `malformed`: something that is not in this format, which
  // where() and why() tell, and the next call goes on behind it. Throws Error{usage} where the file cannot be read.
  virtual Got next(Request& request) = 0;

  // Where the last request is, for an error about it: "trace.txt:3", "trace.bin: record 3".
  virtual std::string where() const = 0;
  // Of the last malformed one: what is wrong, "no time", and its bytes, as they are.
  virtual std::string why() const = 0;
  virtual std::string_view excerpt() const = 0;
  // What a request of this format looks like: the remedy of such an error.
  virtual std::string remedy() const = 0;
  // Why the file is probably not in this format, going by what has been read so far; else empty.
  virtual std::string doubt() const { return {}; }
  // Requests that the recording itself says it lost.
  virtual uint64_t lost() const { return 0; }
  // Of whole seconds: the times of its requests are spread within them by whoever needs more.
  virtual bool has_whole_seconds() const { return false; }
  // Whether it says of reads if they were found: then it was recorded in front of a cache, whatever its format.
  virtual bool tells_hits() const { return false; }
};

// What a reader is made of.
struct TraceInput {
  std::unique_ptr<ByteSource> bytes;
  std::string name;    // of the file, for where()
  std::string layout;  // of a family of formats: which member; see the family
};

struct OpenedTrace {
  std::unique_ptr<TraceReader> reader;
  std::string format;        // that it is read in: the name of the row
  bool is_of_cache = false;  // recorded in front of a cache
};

// `format` is the name of a row; or a layout: a log format with $ or %, as nginx, Apache and goaccess write it, or
// "csv:time=t,key=id" or "json:time=ts,key=request.uri"; or "auto", which tries what the first bytes may be. Throws
// Error{usage} if the file cannot be opened, is empty, or is not in a known format.
OpenedTrace open_trace(const std::string& format, const std::string& path, const Registry& registry);

}  // namespace hitbench
