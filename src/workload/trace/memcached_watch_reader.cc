// Format memcached-watch: what memcached's `watch fetchers mutations deletions` prints (its doc/protocol.txt,
// logger.c):
//
//     ts=1795968601.182880 gid=2 type=item_get key=a%2Cb status=found clsid=1 cfd=13 size=5
//     ts=1795968601.182882 gid=3 type=item_store key=a%2Cb status=stored cmd=set ttl=60 clsid=1 cfd=13 size=5
//
// A store or a deletion looks its key up first, and that is logged like a get: it is dropped here. Deletions are logged
// from 1.6.20 on. A delete before that, touch and incr cannot be told from a get, nor can a get by another connection
// that comes between a store and its look-up.
//
// Each of memcached's threads has a log of its own, so the lines of all are out of order, by hundreds of them under
// load: they are put into that of gid, which counts them.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "workload/trace/line_reader.h"
#include "workload/trace/parts.h"

namespace hitbench {
namespace {

// A thread's log has 256 KiB by default (-o worker_logbuf_size), some 3,000 lines, and there are 4 threads by default.
constexpr uint64_t kWatchWindow = uint64_t{1} << 14;  // lines
constexpr uint64_t kWatchSlots = 2 * kWatchWindow;    // a power of two
// How many lines of other threads there may be between a store and its look-up, which are some microseconds apart.
constexpr uint64_t kLookUpWithin = 64;

enum class WatchLine : uint8_t { get, store, erase, other };

// One line; texts are kept, for the lines that they were in are gone.
struct Watched {
  uint64_t gid = 0;
  uint64_t line = 0;  // its number
  Duration time{0};
  WatchLine kind = WatchLine::other;
  bool waits = false;    // is in its slot
  bool dropped = false;  // no request of a client
  std::optional<bool> found;
  int64_t connection = -1;
  std::optional<uint64_t> size;
  std::optional<Duration> ttl;
  std::string_view method, left_out;  // constants
  std::string key;
};

constexpr std::string_view kTooLarge = "status too_large", kNoMemory = "status no_memory";

// Words of the lines, and why a request is left out that has them.
struct WatchWord {
  std::string_view word, left_out = {};
  WatchLine kind = WatchLine::other;
};

constexpr WatchWord kWatchTypes[] = {{"item_get", "", WatchLine::get},
                                     {"item_store", "", WatchLine::store},
                                     {"deleted", "", WatchLine::erase},
                                     {"eviction", "eviction"},
                                     {"", "another stream"}};
constexpr WatchWord kStoreStatuses[] = {{"stored"},
                                        {"not_stored", "status not_stored"},
                                        {"exists", "status exists"},
                                        {"not_found", "status not_found"},
                                        {"too_large", kTooLarge},
                                        {"no_memory", kNoMemory},
                                        {"", "not stored"}};
constexpr WatchWord kWatchCommands[] = {{"set"},     {"add"},    {"cas"}, {"replace"}, {"append"},
                                        {"prepend"}, {"delete"}, {"md"},  {""}};

// The one that the text is, or the last.
template <size_t count>
const WatchWord& watch_word(const WatchWord (&words)[count], std::string_view text) {
  return *std::find_if(words, words + count - 1, [&](const WatchWord& each) { return each.word == text; });
}

template <class Number>
bool read_watched(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

int watched_hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// %2C; what is no such thing stays as it is.
void decode_watched(std::string_view text, std::string& out) {
  out.clear();
  for (size_t at = 0; at < text.size();) {
    const size_t next = std::min(text.find('%', at), text.size());
    out.append(text, at, next - at);
    if (next == text.size()) return;
    const int high = next + 2 < text.size() ? watched_hex(text[next + 1]) : -1;
    const int low = high >= 0 ? watched_hex(text[next + 2]) : -1;
    out += low >= 0 ? static_cast<char>(high << 4 | low) : '%';
    at = next + (low >= 0 ? 3 : 1);
  }
}

// "1795968601.5": the fraction counts microseconds and is not padded, so this is 5 us behind the second.
bool parse_watched_time(std::string_view text, Duration& time) {
  constexpr uint64_t kMost = uint64_t{1} << 33;  // that fits a Duration
  const size_t dot = text.find('.');
  uint64_t whole_seconds = 0, rest_us = 0;
  if (dot == std::string_view::npos || !read_watched(text.substr(0, dot), whole_seconds) || whole_seconds >= kMost)
    return false;
  if (!read_watched(text.substr(dot + 1), rest_us) || rest_us >= 1'000'000) return false;
  time = std::chrono::seconds(whole_seconds) + std::chrono::microseconds(rest_us);
  return true;
}

// Seconds in 32 bits: 0 is for ever, and what had expired already is negative.
std::optional<Duration> watched_ttl(std::string_view text) {
  uint32_t whole_seconds = 0;
  if (!read_watched(text, whole_seconds) || whole_seconds == 0) return std::nullopt;
  return std::chrono::seconds(std::max(static_cast<int32_t>(whole_seconds), 0));
}

// The field that the line begins with, which is cut off it: name=value. False where there is no =.
bool cut_watched_field(std::string_view& line, std::string_view& name, std::string_view& value) {
  size_t equals = 0;
  while (equals < line.size() && line[equals] != '=' && line[equals] != ' ') ++equals;
  if (equals == line.size() || line[equals] == ' ') return false;
  const size_t end = std::min(line.find(' ', equals), line.size());
  name = line.substr(0, equals);
  value = line.substr(equals + 1, end - equals - 1);
  line.remove_prefix(std::min(end + 1, line.size()));
  return true;
}

// One line's texts.
struct WatchFields {
  std::string_view time, gid, type, key, status, command, ttl, connection, size;
};

// False where something is no field.
bool cut_watched_fields(std::string_view line, WatchFields& fields) {
  constexpr std::pair<std::string_view, std::string_view WatchFields::*> kNames[] = {
      {"ts", &WatchFields::time},        {"gid", &WatchFields::gid},
      {"type", &WatchFields::type},      {"key", &WatchFields::key},
      {"status", &WatchFields::status},  {"cmd", &WatchFields::command},
      {"ttl", &WatchFields::ttl},        {"clsid", nullptr},
      {"cfd", &WatchFields::connection}, {"size", &WatchFields::size}};
  size_t next = 0;  // they come in this order, but not all of them
  std::string_view name, value;
  while (!line.empty()) {
    if (!cut_watched_field(line, name, value)) return false;
    for (size_t tried = 0; tried < std::size(kNames); ++tried) {
      const auto& [known, field] = kNames[next];
      next = next + 1 == std::size(kNames) ? 0 : next + 1;
      if (known != name) continue;
      if (field != nullptr) fields.*field = value;
      break;
    }
  }
  return true;
}

// What is wrong with it, or null.
const char* parse_watched(std::string_view line, Watched& entry) {
  WatchFields fields;
  if (!cut_watched_fields(line, fields)) return "a field without =";
  if (!parse_watched_time(fields.time, entry.time)) return "no time";
  if (!read_watched(fields.gid, entry.gid) || entry.gid > uint64_t{1} << 62) return "no gid";
  if (fields.type.empty()) return "no type";
  const WatchWord& type = watch_word(kWatchTypes, fields.type);
  entry.kind = type.kind;
  entry.left_out = type.left_out;
  if (entry.kind != WatchLine::other && fields.key.empty()) return "no key";
  decode_watched(fields.key, entry.key);
  entry.dropped = false;
  entry.method = fields.command.empty() ? type.word : watch_word(kWatchCommands, fields.command).word;
  entry.connection = -1;
  read_watched(fields.connection, entry.connection);
  entry.found = entry.kind == WatchLine::get ? std::optional(fields.status == "found") : std::nullopt;
  if (entry.kind == WatchLine::store) entry.left_out = watch_word(kStoreStatuses, fields.status).left_out;
  entry.ttl = watched_ttl(fields.ttl);
  uint64_t size = 0;
  const bool has_value = entry.kind != WatchLine::erase && entry.found.value_or(true);
  entry.size = has_value && read_watched(fields.size, size) ? std::optional(size) : std::nullopt;
  return nullptr;
}

std::optional<Action> watched_action(WatchLine kind) {
  switch (kind) {
    case WatchLine::get:
      return Action::read;
    case WatchLine::store:
      return Action::write;
    case WatchLine::erase:
      return Action::erase;
    case WatchLine::other:
      return std::nullopt;
  }
  return std::nullopt;
}

class MemcachedWatchReader final : public LineReader {
 public:
  explicit MemcachedWatchReader(TraceInput input) : LineReader(std::move(input)), slots_(kWatchSlots) {}

  Got next(Request& request) override {
    while (true) {
      if (const Watched* due = next_due()) return give(*due, request);
      if (is_read_) {
        place();
      } else if (ended_) {
        return Got::end;
      } else if (const char* why = read()) {
        where_ = lines().number();
        return refuse(why);
      }
      if (is_late_) {
        is_late_ = false;
        return give(read_entry_, request);
      }
    }
  }

  std::string where() const override { return name() + ":" + std::to_string(where_); }
  uint64_t lost() const override { return lost_; }

  std::string remedy() const override {
    return "a line of memcached's watch looks like ts=1795968601.182880 gid=2 type=item_get key=user:7 status=found "
           "clsid=1 cfd=13 size=5";
  }

 private:
  Watched& slot(uint64_t gid) { return slots_[gid % kWatchSlots]; }

  // The next in order, once all lines have been read that may come before it.
  const Watched* next_due() {
    const uint64_t window = ended_ || is_read_ ? 0 : kWatchWindow;
    while (next_ + window < end_) {
      Watched& entry = slot(next_++);
      if (std::exchange(entry.waits, false) && !entry.dropped) return &entry;
    }
    return nullptr;
  }

  // The next line, into its slot if that is free; what is wrong with it, or null.
  const char* read() {
    std::string_view line;
    if (!next_line(line)) {
      ended_ = true;
      return nullptr;
    }
    if (line == "OK") return nullptr;
    if (lines().is_cut()) return "a line of more than 4 MiB";
    if (line.starts_with("skipped=")) {
      uint64_t skipped = 0;
      if (!read_watched(line.substr(8), skipped)) return "no count of what was skipped";
      lost_ += skipped;
      return nullptr;
    }
    if (const char* why = parse_watched(line, read_entry_)) return why;
    read_entry_.line = lines().number();
    if (!drop_look_up()) find_place();
    return nullptr;
  }

  void find_place() {
    const uint64_t gid = read_entry_.gid;
    if (gid >= next_ && gid < next_ + kWatchSlots && !slot(gid).waits) return put();
    is_late_ = gid < next_ && next_ - gid <= kWatchWindow;
    is_read_ = !is_late_;  // lines are missing, or another recording follows: all that waits comes first
  }

  // When nothing waits any more.
  void place() {
    is_read_ = false;
    next_ = read_entry_.gid - std::min(read_entry_.gid, kWatchWindow);
    end_ = next_;
    put();
  }

  void put() {
    Watched& entry = slot(read_entry_.gid);
    std::swap(entry, read_entry_);
    entry.waits = true;
    end_ = std::max(end_, entry.gid + 1);
  }

  // Of the line that was read: drops what its own store or deletion looked up. A connection's lines are in order, for
  // it stays with its thread. Whether the line itself is such a look-up: after a value that was too large, of 1.6.18.
  bool drop_look_up() {
    const Watched& entry = read_entry_;
    if (entry.kind == WatchLine::get) {
      const bool after = entry.gid > refused_gid_ && entry.gid - refused_gid_ <= kLookUpWithin;
      if (!after || entry.key != refused_key_) return false;
      refused_gid_ = kNoGid;
      return true;
    }
    if (entry.kind == WatchLine::other) return false;
    if (entry.left_out == kTooLarge || entry.left_out == kNoMemory) {
      refused_gid_ = entry.gid;
      refused_key_ = entry.key;
      return false;
    }
    const uint64_t first = std::max(next_, entry.gid - std::min(entry.gid, kLookUpWithin));
    for (uint64_t gid = entry.gid; gid-- > first;) {
      Watched& before = slot(gid);
      if (!before.waits || before.gid != gid || before.dropped || before.kind != WatchLine::get) continue;
      if (before.key != entry.key || (entry.connection >= 0 && before.connection != entry.connection)) continue;
      before.dropped = true;
      break;
    }
    return false;
  }

  Got give(const Watched& entry, Request& request) {
    where_ = entry.line;
    request = {.time = entry.time,
               .key = entry.key,
               .method = entry.method,
               .operation = watched_action(entry.kind),
               .found = entry.found,
               .value_bytes = entry.size,
               .ttl = entry.ttl,
               .left_out = entry.left_out};
    return Got::request;
  }

  static constexpr uint64_t kNoGid = ~uint64_t{0};

  std::vector<Watched> slots_;   // by gid
  uint64_t next_ = 0, end_ = 0;  // gids that are in the slots, or may yet come; the greatest came already
  Watched read_entry_;           // the line that was read
  bool is_read_ = false;         // and has no place yet
  bool is_late_ = false;         // and is to be given next, for those behind it have been
  bool ended_ = false;
  uint64_t refused_gid_ = kNoGid;  // a store whose look-up comes behind it
  std::string refused_key_;
  uint64_t where_ = 0, lost_ = 0;
};

}  // namespace

std::unique_ptr<TraceReader> make_memcached_watch_reader(TraceInput input) {
  return std::make_unique<MemcachedWatchReader>(std::move(input));
}

}  // namespace hitbench
