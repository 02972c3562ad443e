// What an entry of a web log means to a cache; the same whichever format it was logged in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "workload/trace/reader.h"

namespace hitbench {

// As logged; empty or absent what the format lacks, or what was "-".
struct WebEntry {
  std::optional<Duration> ended = {};    // when the response was, since 1970
  std::optional<Duration> arrived = {};  // when the request did
  std::optional<Duration> took = {};     // from its arrival to its end
  std::string_view request_line = {};    // "GET /a?b HTTP/1.1"; or, of its parts:
  std::string_view method = {};          //
  std::string_view uri = {};             // "/a?b", "http://example.com/a?b"; or, of its parts:
  std::string_view path = {};            //
  std::string_view query = {};           // with its "?" or without
  std::string_view host = {};            //
  bool has_status = false;               // whether the format has one
  std::optional<int> status = {};        //
  std::optional<uint64_t> body = {};     // bytes of the response
  std::optional<uint64_t> sent = {};     // bytes of the request's body
  std::optional<uint64_t> value = {};    // bytes of the whole value, whatever part of it was asked for
  std::optional<Duration> ttl = {};      //
  std::optional<Duration> origin_time = {};
};

// Keeps what the request's texts point to, apart from the entry's own, until the next call.
class WebRequests {
 public:
  void make(const WebEntry& entry, Request& request);

 private:
  void set_key(const WebEntry& entry, Request& request);
  void leave_out(Request& request, std::string_view what, std::string_view which);

  std::string left_out_, key_, added_slash_;
};

}  // namespace hitbench
