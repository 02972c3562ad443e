#include "workload/trace/web_fields.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <system_error>

#include "base/text.h"
#include "workload/trace/log_time.h"

namespace hitbench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kLongestRequest = std::chrono::hours(24 * 366);

bool is_absent(std::string_view text) { return text == "-" || text.empty(); }

template <class Number>
bool take_web_number(std::string_view text, std::optional<Number>& number) {
  if (is_absent(text)) return true;
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return false;
  number = value;
  return true;
}

// "000": the client was gone before there was one.
bool take_web_status(std::string_view text, WebEntry& entry) {
  if (!take_web_number(text, entry.status) || entry.status > 999) return false;
  entry.has_status = true;
  if (entry.status == 0) entry.status.reset();
  return true;
}

// "-1" is how AWS says that there is none.
bool take_web_duration(std::string_view text, Duration unit, std::optional<Duration>& duration) {
  if (is_absent(text) || text == "-1") return true;
  duration = parse_log_number(text, unit);
  return duration && *duration <= kLongestRequest;
}

// 0 is none, as -1 is.
bool take_web_ttl(std::string_view text, std::optional<Duration>& ttl) {
  if (!take_web_duration(text, seconds(1), ttl)) return false;
  if (ttl == Duration(0)) ttl.reset();
  return true;
}

// A request that was handed on from one server to the next has them all: "0.010, 0.200", and ":" between groups.
bool take_origin_times(std::string_view text, WebEntry& entry) {
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(",:"), text.size());
    std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    std::optional<Duration> time;
    if (!take_web_duration(one, seconds(1), time)) return false;
    if (!time) continue;
    entry.origin_time = entry.origin_time.value_or(Duration(0)) + *time;
    if (*entry.origin_time > kLongestRequest) return false;
  }
  return true;
}

bool add_to_time(std::optional<Duration> part, std::optional<Duration>& time) {
  if (part) time = time.value_or(Duration(0)) + *part;
  return part.has_value();
}

bool take_web_text(std::string_view text, std::string_view& into) {
  if (!is_absent(text)) into = text;
  return true;
}

}  // namespace

WebField web_field_group(WebField field) {
  switch (field) {
    case WebField::took_milliseconds:
    case WebField::took_microseconds:
    case WebField::took_nanoseconds:
    case WebField::took:
      return WebField::took_seconds;
    case WebField::origin_milliseconds:
      return WebField::origin_seconds;
    default:
      return field;
  }
}

std::string_view web_field_noun(WebField field) {
  switch (web_field_group(field)) {
    case WebField::ended:
    case WebField::arrived:
    case WebField::clock:
      return "time";
    case WebField::date:
      return "date";
    case WebField::took_seconds:
    case WebField::origin_seconds:
    case WebField::ttl:
      return "duration";
    case WebField::status:
      return "status";
    case WebField::body:
    case WebField::sent:
    case WebField::value:
      return "size";
    default:
      return "text";
  }
}

bool WebFields::take_time(std::string_view text, std::optional<Duration>& time) {
  if (text != last_time_text_) {
    const std::optional<LogTime> read = parse_log_time(text);
    if (!read) return false;
    last_time_text_ = text;
    last_time_ = read->since_1970;
    saw_fraction_ |= read->has_fraction;
  }
  time = last_time_;
  return !text.empty();
}

bool WebFields::take(WebField field, std::string_view text, WebEntry& entry) {
  switch (field) {
    case WebField::ignored:
      return true;
    case WebField::ended:
      return take_time(text, entry.ended);
    case WebField::arrived:
      return take_time(text, entry.arrived);
    case WebField::date:
      return add_to_time(parse_log_date(text), entry.ended);
    case WebField::clock: {
      const std::optional<LogTime> time = parse_log_clock(text);
      saw_fraction_ |= time && time->has_fraction;
      return add_to_time(time ? std::optional(time->since_1970) : std::nullopt, entry.ended);
    }
    case WebField::took_seconds:
      return take_web_duration(text, seconds(1), entry.took);
    case WebField::took_milliseconds:
      return take_web_duration(text, milliseconds(1), entry.took);
    case WebField::took_microseconds:
      return take_web_duration(text, microseconds(1), entry.took);
    case WebField::took_nanoseconds:
      return take_web_duration(text, Duration(1), entry.took);
    case WebField::took:
      return take_web_duration(text, text.find('.') == text.npos ? milliseconds(1) : seconds(1), entry.took);
    case WebField::request_line:
      return take_web_text(text, entry.request_line);
    case WebField::method:
      return take_web_text(text, entry.method);
    case WebField::uri:
      return take_web_text(text, entry.uri);
    case WebField::path:
      return take_web_text(text, entry.path);
    case WebField::query:
      return take_web_text(text, entry.query);
    case WebField::host:
      return take_web_text(text, entry.host);
    case WebField::status:
      return take_web_status(text, entry);
    case WebField::body:
      return take_web_number(text, entry.body);
    case WebField::sent:
      return take_web_number(text, entry.sent);
    case WebField::value:
      return take_web_number(text, entry.value);
    case WebField::ttl:
      return take_web_ttl(text, entry.ttl);
    case WebField::origin_seconds:
      return take_origin_times(text, entry);
    case WebField::origin_milliseconds:
      return take_web_duration(text, milliseconds(1), entry.origin_time);
  }
  return false;
}

}  // namespace hitbench
