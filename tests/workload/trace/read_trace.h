// Reads a trace that a test has as a text.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workload/trace/bytes.h"
#include "workload/trace/reader.h"

namespace hitbench {

using TraceMaker = std::unique_ptr<TraceReader> (*)(TraceInput);

inline std::unique_ptr<TraceReader> reader_of_text(TraceMaker make, std::string_view layout, const std::string& text) {
  return make({.bytes = bytes_before(text, nullptr), .name = "a.log", .layout = std::string(layout)});
}

// A request on one line, of what it says: "12.5s GET example.com /a?b read 200B origin 0.03s".
inline std::string spelled_request(const Request& request) {
  std::string line;
  const auto add = [&](const std::string& word) { line += (line.empty() ? "" : " ") + word; };
  const auto in_seconds_of = [](Duration time) {
    std::string text = std::to_string(time.count() / 1'000'000'000);
    std::string fraction = std::to_string(1'000'000'000 + time.count() % 1'000'000'000).substr(1);
    while (fraction.ends_with('0')) fraction.pop_back();
    return text + (fraction.empty() ? "" : "." + fraction) + "s";
  };
  if (request.time) add(in_seconds_of(*request.time));
  if (!request.method.empty()) add(std::string(request.method));
  if (!request.host.empty()) add(std::string(request.host));
  add(std::string(request.key));
  if (request.operation) {
    add(request.operation == Action::read ? "read" : request.operation == Action::write ? "write" : "erase");
  }
  if (request.found) add(*request.found ? "found" : "absent");
  if (request.value_bytes) add(std::to_string(*request.value_bytes) + "B");
  if (request.ttl) add("ttl " + in_seconds_of(*request.ttl));
  if (request.origin_time) add("origin " + in_seconds_of(*request.origin_time));
  if (!request.left_out.empty()) add("left out: " + std::string(request.left_out));
  return line;
}

// Every request, and for a malformed one "?" and why.
inline std::vector<std::string> all_spelled(TraceReader& reader) {
  std::vector<std::string> all;
  Request request;
  for (Got got; (got = reader.next(request)) != Got::end;) {
    all.push_back(got == Got::request ? spelled_request(request) : "? " + reader.why());
  }
  return all;
}

}  // namespace hitbench
