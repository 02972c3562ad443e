#include "workload/trace/recognize.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/printable.h"
#include "base/text.h"
#include "registry.h"
#include "workload/trace/reader.h"

namespace hitbench {
namespace {

constexpr uint64_t kMostTried = 200;          // requests
constexpr double kMostMalformedTried = 0.05;  // a rotated log begins in the middle, and scanners send anything

struct Attempt {
  uint64_t requests = 0, malformed = 0;
  std::string why;  // of the first malformed one
  bool fits() const {
    return requests > 0 &&
           static_cast<double>(malformed) <= kMostMalformedTried * static_cast<double>(requests + malformed);
  }
};

Attempt attempt(const TraceRow& row, std::string_view head, const std::string& path) {
  const auto reader =
      row.make({.bytes = bytes_before(std::string(head), nullptr), .name = path, .layout = std::string(row.layout)});
  Attempt made;
  Request request;
  while (made.requests + made.malformed < kMostTried) {
    const Got got = reader->next(request);
    if (got == Got::end) break;
    if (got == Got::request) {
      ++made.requests;
    } else {
      if (made.malformed++ == 0) made.why = reader->where() + ": " + reader->why();
    }
  }
  return made;
}

bool is_text(std::string_view head) { return head.find('\0') == std::string_view::npos; }

}  // namespace

std::string recognized_format(std::string_view head, bool is_whole, const std::string& path, const Registry& registry) {
  if (head.empty()) throw usage_error(path + ": the trace is empty", "name a file with requests in it");
  const bool text = is_text(head);
  if (text && !is_whole) head = head.substr(0, head.rfind('\n') + 1);
  std::string tried;
  for (const TraceRow& row : registry.traces) {
    if (row.make == nullptr || row.is_binary == text || !row.is_recognizable) continue;
    const Attempt made = attempt(row, head, path);
    if (made.fits()) return std::string(row.name);
    tried += fmt::format("\n  {}: {}", row.name, printable(made.why.empty() ? "no request" : made.why));
  }
  throw usage_error(fmt::format("{}: in no format that is known by its first bytes; tried:{}", path, tried),
                    "name its format with --trace-format (`hitbench list traces`), or paste the log's format string");
}

}  // namespace hitbench
