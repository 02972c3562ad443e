#include "workload/trace/instant.h"

#include <chrono>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace hitbench {
namespace {

std::optional<int> number_at(const std::string& text, size_t at, size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  int number = 0;
  for (size_t i = at; i < at + digits; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

// "+01:00", "-0530", "Z" or nothing.
std::optional<std::chrono::minutes> zone_of(const std::string& text) {
  if (text.empty() || text == "Z") return std::chrono::minutes(0);
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  const size_t minutes_at = text.size() == 6 && text[3] == ':' ? 4 : 3;
  const auto hours = number_at(text, 1, 2), minutes = number_at(text, minutes_at, 2);
  if (!hours || !minutes || text.size() != minutes_at + 2) return std::nullopt;
  const std::chrono::minutes offset(*hours * 60 + *minutes);
  return text[0] == '-' ? -offset : offset;
}

std::optional<Duration> date_of(const std::string& text) {
  const auto year = number_at(text, 0, 4), month = number_at(text, 5, 2), day = number_at(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch();
}

}  // namespace

std::optional<Duration> parse_instant(const std::string& text) {
  if (const std::optional<Duration> since_start = parse_duration(text)) return since_start;
  const std::optional<Duration> date = date_of(text);
  if (!date) return std::nullopt;
  if (text.size() == 10) return date;
  const auto hour = number_at(text, 11, 2), minute = number_at(text, 14, 2), second = number_at(text, 17, 2);
  if (!hour || !minute || !second || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const std::optional<std::chrono::minutes> zone = zone_of(text.substr(19));
  if (!zone || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return *date + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) - *zone;
}

Duration instant_of(const std::string& name, const std::string& text) {
  if (const std::optional<Duration> instant = parse_instant(text)) return *instant;
  throw usage_error(name + ": " + shell_quoted(text) + " is no time",
                    "write 2026-11-30, 2026-11-30T08:00:00Z, or 90s for a trace without dates");
}

}  // namespace hitbench
