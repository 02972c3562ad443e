#include "workload/trace/log_time.h"

#include <charconv>
#include <chrono>
#include <system_error>

#include "base/text.h"

namespace hitbench {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kLastYear = 2261;                             // the last whole one that fits in 64 bits of nanoseconds
constexpr Duration kLongestLogged = hours(24 * 366 * 290);  // of about as many years

// Takes a time apart from its front on. What fails leaves it anywhere.
class LogText {
 public:
  explicit LogText(std::string_view text) : text_(text) {}

  bool is_done() const { return text_.empty(); }
  bool starts_with(char c) const { return text_.starts_with(c); }
  bool starts_with_digit() const { return !text_.empty() && is_digit(text_[0]); }
  std::string_view rest() const { return text_; }

  bool skip(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  // Just so many digits; -1 if there are fewer.
  int number(size_t digits) {
    if (text_.size() < digits) return -1;
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (!is_digit(text_[i])) return -1;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(digits);
    return value;
  }

  // "Oct"; 0 if it is none.
  unsigned month() {
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text_.size() < 3) return 0;
    for (unsigned i = 0; i < 12; ++i) {
      if (kMonths.substr(size_t{3} * i, 3) != text_.substr(0, 3)) continue;
      text_.remove_prefix(3);
      return i + 1;
    }
    return 0;
  }

  // The digits behind the point, of one such unit; finer than a nanosecond is dropped.
  Duration fraction(Duration unit) {
    int64_t value = 0, digit_ns = unit.count();
    while (starts_with_digit()) {
      digit_ns /= 10;
      value += (text_[0] - '0') * digit_ns;
      text_.remove_prefix(1);
    }
    return Duration(value);
  }

 private:
  std::string_view text_;
};

std::optional<Duration> log_midnight(int year, int month, int day) {
  if (year < 1970 || year > kLastYear) return {};
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date).time_since_epoch();
}

std::optional<Duration> read_log_date(LogText& text, std::string_view whole) {
  if (whole.size() > 2 && whole[2] == '/') {
    const int day = text.number(2);
    if (day < 0 || !text.skip('/')) return {};
    const unsigned month = text.month();
    if (month == 0 || !text.skip('/')) return {};
    return log_midnight(text.number(4), static_cast<int>(month), day);
  }
  const int year = text.number(4);
  if (year < 0 || text.is_done()) return {};
  const char between = text.rest()[0];
  if ((between != '-' && between != '/') || !text.skip(between)) return {};
  const int month = text.number(2);
  if (month < 0 || !text.skip(between)) return {};
  const int day = text.number(2);
  return day < 0 ? std::nullopt : log_midnight(year, month, day);
}

std::optional<LogTime> read_log_clock(LogText& text) {
  const int hour = text.number(2);
  if (hour < 0 || hour > 23 || !text.skip(':')) return {};
  const int minute = text.number(2);
  if (minute < 0 || minute > 59 || !text.skip(':')) return {};
  const int second = text.number(2);
  if (second < 0 || second > 60) return {};  // 60: a leap second
  LogTime time{.since_1970 = hours(hour) + minutes(minute) + seconds(second)};
  if (text.skip('.') || text.skip(',')) {
    if (!text.starts_with_digit()) return {};
    time.has_fraction = true;
    time.since_1970 += text.fraction(seconds(1));
  }
  return time;
}

// Nothing, "Z", "UTC", "+0200", "+02:00" or "+02", behind a blank or not: how much later than UTC it is.
std::optional<Duration> read_log_offset(LogText& text) {
  text.skip(' ');
  if (text.is_done() || text.rest() == "Z" || text.rest() == "UTC" || text.rest() == "GMT") return Duration(0);
  const bool is_west = text.starts_with('-');
  if (!text.skip('-') && !text.skip('+')) return {};
  const int hour = text.number(2);
  text.skip(':');
  const int minute = text.is_done() ? 0 : text.number(2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || !text.is_done()) return {};
  const Duration offset = hours(hour) + minutes(minute);
  return is_west ? -offset : offset;
}

std::optional<LogTime> parse_log_seconds(std::string_view text) {
  int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error != std::errc() || whole < 0) return {};
  Duration unit = seconds(1);
  if (whole >= 100'000'000'000) unit = std::chrono::milliseconds(1);
  if (whole >= 100'000'000'000'000) unit = std::chrono::microseconds(1);
  if (whole >= 100'000'000'000'000'000) unit = Duration(1);
  const std::optional<Duration> time = parse_log_number(text, unit);
  if (!time) return {};
  return LogTime{*time, end != text.data() + text.size() || unit != seconds(1)};
}

}  // namespace

std::optional<LogTime> parse_log_time(std::string_view text) {
  const size_t digits = text.find_first_not_of("0123456789");
  if (digits == std::string_view::npos || text[digits] == '.' || text[digits] == 'e') return parse_log_seconds(text);
  LogText rest(text);
  const std::optional<Duration> date = read_log_date(rest, text);
  if (!date || rest.is_done()) return {};
  const char between = rest.rest()[0];
  if (between != ':' && between != 'T' && between != ' ' && between != '\t') return {};
  rest.skip(between);
  const std::optional<LogTime> clock = read_log_clock(rest);
  const std::optional<Duration> offset = clock ? read_log_offset(rest) : std::nullopt;
  if (!offset) return {};
  return LogTime{*date + clock->since_1970 - *offset, clock->has_fraction};
}

std::optional<Duration> parse_log_date(std::string_view text) {
  LogText rest(text);
  const std::optional<Duration> date = read_log_date(rest, text);
  return rest.is_done() ? date : std::nullopt;
}

std::optional<LogTime> parse_log_clock(std::string_view text) {
  LogText rest(text);
  const std::optional<LogTime> clock = read_log_clock(rest);
  rest.skip('Z');
  return rest.is_done() ? clock : std::nullopt;
}

std::optional<Duration> parse_log_number(std::string_view text, Duration unit) {
  uint64_t whole = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, whole);
  if (error != std::errc()) return {};
  if (whole > static_cast<uint64_t>(kLongestLogged / unit)) return {};
  Duration value = unit * static_cast<int64_t>(whole);
  LogText rest(text.substr(static_cast<size_t>(at - text.data())));
  if (rest.skip('.')) value += rest.fraction(unit);
  if (rest.is_done()) return value;
  if (!rest.starts_with('e') && !rest.starts_with('E')) return {};
  double scaled = 0;
  const auto [stop, fault] = std::from_chars(text.data(), end, scaled);
  if (fault != std::errc() || stop != end) return {};
  const double nanoseconds = scaled * static_cast<double>(unit.count());
  if (!(nanoseconds >= 0 && nanoseconds < static_cast<double>(kLongestLogged.count()))) return {};
  return Duration(static_cast<int64_t>(nanoseconds));
}

}  // namespace hitbench
