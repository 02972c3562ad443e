// What a reader makes of a text, one string a request, for tests to compare.
#pragma once

#include <string>
#include <vector>

#include "base/units.h"
#include "tests/workload/some_parts.h"
#include "workload/trace/bytes.h"
#include "workload/trace/reader.h"

namespace hitbench {

inline TraceInput trace_input(const std::string& content) {
  return {.bytes = bytes_before(content, nullptr), .name = "trace.txt", .layout = ""};
}

// "1796085907535124000 set write foo value=3 ttl=60s": time in ns, method, operation, key, and what else is known.
inline std::string text_of(const Request& request) {
  constexpr const char* kActions[] = {"read", "write", "erase", "insert", "modify"};
  std::string text = request.time ? std::to_string(request.time->count()) : "-";
  text += " " + std::string(request.method) + " ";
  text += request.operation ? kActions[static_cast<size_t>(*request.operation)] : "-";
  if (!request.key.empty()) text += " " + std::string(request.key);
  if (request.found) text += *request.found ? " found" : " absent";
  if (request.key_bytes) text += " key_bytes=" + std::to_string(*request.key_bytes);
  if (request.value_bytes) text += " value=" + std::to_string(*request.value_bytes);
  if (request.ttl) text += " ttl=" + spell_duration(*request.ttl);
  if (request.origin_time) text += " origin=" + spell_duration(*request.origin_time);
  if (!request.left_out.empty()) text += " left out: " + std::string(request.left_out);
  return text;
}

// All of it; a malformed one is "trace.txt:2: no time".
inline std::vector<std::string> all_requests(TraceReader& reader) {
  std::vector<std::string> texts;
  Request request;
  for (Got got; (got = reader.next(request)) != Got::end;) {
    texts.push_back(got == Got::request ? text_of(request) : reader.where() + ": " + reader.why());
  }
  return texts;
}

}  // namespace hitbench
