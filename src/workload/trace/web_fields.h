// The fields that an entry of a web log may have, and what their texts mean, whichever layout they were found by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "workload/trace/web_request.h"

namespace hitbench {

enum class WebField : uint8_t {
  ignored,
  ended,    // when the response was
  arrived,  // when the request did
  date,     // the day of `ended`
  clock,    // the time of day of `ended`
  took_seconds,
  took_milliseconds,
  took_microseconds,
  took_nanoseconds,
  took,  // seconds if there is a point in it, else milliseconds
  request_line,
  method,
  uri,
  path,
  query,
  host,
  status,
  body,
  sent,
  value,
  ttl,
  origin_seconds,  // also a list of them, "0.010, 0.200 : 0.030", of which the sum counts
  origin_milliseconds,
};

// Equal for fields of which an entry needs but one, such as durations in seconds and in milliseconds.
WebField web_field_group(WebField field);

// "time", "status": what is missing where a text is none.
std::string_view web_field_noun(WebField field);

// Belongs to one reader: it knows the last time that it read, which most lines repeat.
class WebFields {
 public:
  // Into the entry, which then points to the text. False if the text is no such thing.
  bool take(WebField field, std::string_view text, WebEntry& entry);

  // Of the times so far.
  bool saw_fraction() const { return saw_fraction_; }

 private:
  bool take_time(std::string_view text, std::optional<Duration>& time);

  std::string last_time_text_;
  Duration last_time_{};
  bool saw_fraction_ = false;
};

}  // namespace hitbench
