#include "workload/trace/reader.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "registry.h"
#include "workload/trace/parts.h"
#include "workload/trace/recognize.h"

namespace hitbench {
namespace {

constexpr size_t kHead = size_t{256} << 10;

// The row and layout that a user's text means.
struct Chosen {
  const TraceRow* row;
  std::string layout;
};

const TraceRow* row_or_none(const Registry& registry, std::string_view name) {
  const auto at = std::find_if(registry.traces.begin(), registry.traces.end(),
                               [&](const TraceRow& row) { return row.name == name; });
  return at == registry.traces.end() ? nullptr : &*at;
}

Chosen chosen(const std::string& format, const Registry& registry) {
  if (const TraceRow* row = row_or_none(registry, format)) return {row, std::string(row->layout)};
  const size_t colon = format.find(':');
  if (const TraceRow* row = row_or_none(registry, format.substr(0, colon)); row && row->takes_layout) {
    return {row, format.substr(colon + 1)};
  }
  if (format.find_first_of("$%") != std::string::npos) {
    if (const TraceRow* row = row_or_none(registry, "web-log")) return {row, format};
  }
  std::vector<std::string> names = {"auto"};
  for (const TraceRow& row : registry.traces) names.emplace_back(row.name);
  throw usage_error("there is no trace format \"" + format + "\"" + did_you_mean(format, names),
                    "`hitbench list traces` has them; a log's own format string works, too");
}

std::string head_of(ByteSource& bytes) {
  std::string head(kHead, '\0');
  size_t have = 0;
  for (size_t count = 1; count > 0 && have < kHead; have += count) {
    count = bytes.read(head.data() + have, kHead - have);
  }
  head.resize(have);
  return head;
}

}  // namespace

OpenedTrace open_trace(const std::string& format, const std::string& path, const Registry& registry) {
  std::unique_ptr<ByteSource> bytes = open_bytes(path);
  std::string name = format;
  if (format == "auto") {
    std::string head = head_of(*bytes);
    name = recognized_format(head, head.size() < kHead, path, registry);
    bytes = bytes_before(std::move(head), std::move(bytes));
  }
  Chosen use = chosen(name, registry);
  return {.reader = use.row->make({.bytes = std::move(bytes), .name = path, .layout = std::move(use.layout)}),
          .format = std::string(use.row->name),
          .is_of_cache = use.row->is_of_cache};
}

}  // namespace hitbench
