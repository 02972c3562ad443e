// Requests as texts, so that tests can say exactly what a reader makes of a few bytes.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "workload/trace/parts.h"

namespace hitbench {

using TraceMaker = std::unique_ptr<TraceReader> (*)(TraceInput);

inline std::unique_ptr<TraceReader> reader_of(TraceMaker make, std::string bytes, std::string_view layout = {}) {
  return make({.bytes = bytes_before(std::move(bytes), nullptr), .name = "t", .layout = std::string(layout)});
}

// Seconds, without zeros at the end.
inline std::string spell_seconds(Duration time) {
  std::string text = std::to_string(time.count() / 1'000'000'000);
  if (const int64_t rest = time.count() % 1'000'000'000; rest != 0) {
    text += "." + std::to_string(1'000'000'000 + rest).substr(1);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

// "@7.5 read user:7 found value 100": what is absent is not there.
inline std::string spell_request(const Request& request) {
  std::string text;
  const auto add = [&text](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
  if (request.time) add("@" + spell_seconds(*request.time));
  if (request.operation == Action::read) add("read");
  if (request.operation == Action::write) add("write");
  if (request.operation == Action::erase) add("erase");
  if (request.operation == Action::modify) add("modify");
  add("'" + std::string(request.key) + "'");
  if (request.found) add(*request.found ? "found" : "missed");
  if (request.key_bytes) add("key " + std::to_string(*request.key_bytes));
  if (request.value_bytes) add("value " + std::to_string(*request.value_bytes));
  if (request.ttl) add("ttl " + spell_seconds(*request.ttl));
  if (request.origin_time) add("took " + spell_seconds(*request.origin_time));
  if (!request.left_out.empty()) add("without " + std::string(request.left_out));
  return text;
}

// All that a reader says; "t:3: no key" where it is malformed.
inline std::vector<std::string> all_of(TraceReader& reader) {
  std::vector<std::string> all;
  Request request;
  for (Got got = reader.next(request); got != Got::end; got = reader.next(request)) {
    all.push_back(got == Got::request ? spell_request(request) : reader.where() + ": " + reader.why());
  }
  return all;
}
inline std::vector<std::string> all_of(TraceMaker make, std::string bytes, std::string_view layout = {}) {
  return all_of(*reader_of(make, std::move(bytes), layout));
}

}  // namespace hitbench
