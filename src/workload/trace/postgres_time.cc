#include "workload/trace/postgres_time.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace hitbench {
namespace {

// Minutes ahead of UTC; abbreviations with several meanings (IST) are left out.
constexpr std::array<std::pair<std::string_view, int>, 23> kPostgresZones = {{
    {"WET", 0},    {"WEST", 60},  {"BST", 60},   {"CET", 60},   {"CEST", 120}, {"EET", 120},
    {"EEST", 180}, {"MSK", 180},  {"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300},
    {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"HKT", 480},  {"JST", 540},
    {"KST", 540},  {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780},
}};

constexpr size_t kDateBytes = 19;  // "2026-12-01 00:45:02"

size_t digits_at(std::string_view text, size_t at) {
  size_t count = 0;
  while (at + count < text.size() && is_digit(text[at + count])) ++count;
  return count;
}

// How many bytes of `text` are an offset such as " +03" or " -03:30".
size_t offset_bytes(std::string_view text) {
  if (text.size() < 4 || text[0] != ' ' || (text[1] != '+' && text[1] != '-') || digits_at(text, 2) != 2) return 0;
  const bool has_minutes =
      text.size() >= 7 && text[4] == ':' && digits_at(text, 5) == 2 && !text.substr(7).starts_with('.');
  return has_minutes ? 7 : 4;
}

Duration zone_named_at(std::string_view text) {
  if (!text.starts_with(' ')) return Duration(0);
  text.remove_prefix(1);
  size_t letters = 0;
  while (letters < text.size() && text[letters] >= 'A' && text[letters] <= 'Z') ++letters;
  for (const auto& [name, ahead] : kPostgresZones) {
    if (text.substr(0, letters) == name) return std::chrono::minutes(ahead);
  }
  return Duration(0);
}

std::optional<LogTime> postgres_date_at(std::string_view text) {
  if (text.size() < kDateBytes || text[4] != '-' || text[10] != ' ') return std::nullopt;
  size_t bytes = kDateBytes;
  if (text.substr(bytes).starts_with('.')) bytes += 1 + digits_at(text, bytes + 1);
  const std::string_view zone = text.substr(bytes);
  auto time = parse_log_time(text.substr(0, bytes + offset_bytes(zone)));
  if (time) time->since_1970 -= zone_named_at(zone);
  return time;
}

// "1796085907.735": with milliseconds, or it might be any number.
std::optional<LogTime> postgres_epoch_at(std::string_view text) {
  const size_t whole = digits_at(text, 0);
  if (whole < 9 || whole > 10 || !text.substr(whole).starts_with('.') || digits_at(text, whole + 1) != 3) return {};
  return parse_log_time(text.substr(0, whole + 4));
}

}  // namespace

std::optional<LogTime> find_postgres_time(std::string_view prefix) {
  for (size_t at = 0; at < prefix.size(); ++at) {
    if (!is_digit(prefix[at]) || (at > 0 && is_digit(prefix[at - 1]))) continue;
    if (const auto date = postgres_date_at(prefix.substr(at))) return date;
    if (const auto epoch = postgres_epoch_at(prefix.substr(at))) return epoch;
  }
  return std::nullopt;
}

}  // namespace hitbench
