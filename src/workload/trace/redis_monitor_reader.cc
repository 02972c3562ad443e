// Format redis-monitor: what Redis' MONITOR prints (redis.io/commands/monitor), by redis-cli or, with a + before each
// line, by the server itself:
//
//     1460100083.053365 [0 127.0.0.1:51707] "set" "user:7" "a\nb\x01" "EX" "60"
//
// A command with several keys is a request for each. It does not say what was answered, so nobody knows what was found
// or how large a value was that was read. Keys of another database than 0 have its number in front: "3/user:7".
#include <algorithm>
#include <charconv>
#include <cstring>
#include <vector>

#include "base/text.h"
#include "workload/trace/line_reader.h"
#include "workload/trace/parts.h"
#include "workload/trace/redis_commands.h"

namespace hitbench {
namespace {

constexpr int64_t kMostMonitoredSeconds = int64_t{1} << 33;  // that fit a Duration

// The number that `text` begins with, which is cut off it; negative: there is none, or it is absurd.
int64_t cut_monitored_number(std::string_view& text) {
  int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return -1;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

bool cut_monitored(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// How many bytes an escape takes that begins with this backslash: \x01 or \n.
size_t monitored_escape(std::string_view text) { return text.size() >= 4 && text[1] == 'x' ? 4 : 2; }

uint64_t monitored_size(std::string_view text) {
  uint64_t size = text.size();
  for (size_t at = 0; (at = text.find('\\', at)) < text.size();) {
    const size_t taken = monitored_escape(text.substr(at));
    size -= taken - 1;
    at += taken;
  }
  return size;
}

int monitored_hex(char c) {
  if (is_digit(c)) return c - '0';
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : 0;
}

char monitored_char(char c) {
  constexpr std::string_view kLetters = "nrtab", kMeanings = "\n\r\t\a\b";
  const size_t at = kLetters.find(c);
  return at == std::string_view::npos ? c : kMeanings[at];
}

// Redis' sdscatrepr.
void append_monitored(std::string& out, std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t next = std::min(text.find('\\', at), text.size());
    out.append(text, at, next - at);
    if (text.size() - next < 2) return;
    const size_t taken = monitored_escape(text.substr(next));
    out += taken == 4 ? static_cast<char>(monitored_hex(text[next + 2]) << 4 | monitored_hex(text[next + 3]))
                      : monitored_char(text[next + 1]);
    at = next + taken;
  }
}

std::optional<Action> monitored_action(RedisCommand::Does does) {
  switch (does) {
    case RedisCommand::Does::left_out:
      return std::nullopt;
    case RedisCommand::Does::read:
      return Action::read;
    case RedisCommand::Does::write:
      return Action::write;
    case RedisCommand::Does::erase:
      return Action::erase;
    case RedisCommand::Does::modify:
      return Action::modify;
  }
  return std::nullopt;
}

class RedisMonitorReader final : public LineReader {
 public:
  using LineReader::LineReader;

  Got next(Request& request) override {
    while (key_ == keys_end_) {
      std::string_view line;
      if (!next_line(line)) return Got::end;
      if (line == "OK" || line == "+OK") continue;
      if (const char* why = parse(line)) return refuse(why);
      if (key_ == keys_end_) return leave_out(request);
    }
    return give_key(request);
  }

  std::string remedy() const override {
    return "a line of MONITOR looks like 1460100083.053365 [0 127.0.0.1:51707] \"get\" \"user:7\"";
  }

 private:
  using Keys = RedisCommand::Keys;
  using Ttl = RedisCommand::Ttl;

  // Sets the command and its keys; what is wrong, or null.
  const char* parse(std::string_view line) {
    const size_t size = line.size();
    key_ = keys_end_ = 0;
    if (line.starts_with('+')) line.remove_prefix(1);
    if (!parse_time(line)) return "no time";
    if (!cut_monitored(line, " [") || (database_ = cut_monitored_number(line)) < 0) return "no database";
    const size_t client = line.find("] \"");  // an address of IPv6 has brackets of its own
    if (client == std::string_view::npos) return "no command";
    line.remove_prefix(client + 2);
    if (!split(line) && size < LineSource::kLongest) return "an argument that does not end";
    if (arguments_.empty()) return "no command";
    command_ = &commands_.find(arguments_[0]);
    find_keys();
    return nullptr;
  }

  bool parse_time(std::string_view& line) {
    const int64_t whole_seconds = cut_monitored_number(line);
    if (whole_seconds < 0 || whole_seconds >= kMostMonitoredSeconds || !cut_monitored(line, ".")) return false;
    const size_t before = line.size();
    const int64_t rest_us = cut_monitored_number(line);
    if (rest_us < 0 || before - line.size() != 6) return false;
    time_ = std::chrono::seconds(whole_seconds) + std::chrono::microseconds(rest_us);
    return true;
  }

  // Arguments as they are written, without their quotes. False where the last one does not end; it is not among them.
  bool split(std::string_view text) {
    arguments_.clear();
    while (cut_monitored(text, "\"")) {
      const size_t end = closing_quote(text);
      if (end == std::string_view::npos) return false;
      arguments_.push_back(text.substr(0, end));
      text.remove_prefix(end + 1);
      if (text.empty()) return true;
      if (!cut_monitored(text, " ")) return false;
    }
    return false;
  }

  static size_t closing_quote(std::string_view text) {
    for (size_t at = 0; (at = text.find('"', at)) != std::string_view::npos; ++at) {
      size_t backslashes = 0;
      while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
      if (backslashes % 2 == 0) return at;
    }
    return std::string_view::npos;
  }

  void find_keys() {
    const size_t count = arguments_.size(), first = command_->key;
    if (command_->keys == Keys::none || first >= count) return;
    key_ = first;
    switch (command_->keys) {
      case Keys::none:
      case Keys::one:
        keys_end_ = first + 1;
        break;
      case Keys::two:
        keys_end_ = std::min(first + 2, count);
        break;
      case Keys::all:
        keys_end_ = count;
        break;
      case Keys::all_but_last:
        keys_end_ = std::max(first + 1, count - 1);
        break;
      case Keys::pairs:
        keys_end_ = first + (count - first + 1) / 2 * 2;
        break;
      case Keys::counted: {
        std::string_view number = arguments_[first - 1];
        keys_end_ = first + std::clamp<size_t>(static_cast<size_t>(std::max<int64_t>(cut_monitored_number(number), 1)),
                                               1, count - first);
      }
    }
  }

  Got leave_out(Request& request) {
    request = {.time = time_, .method = arguments_[0], .left_out = reason()};
    return Got::request;
  }

  std::string_view reason() {
    if (!command_->why.empty()) return command_->why;
    reason_ = "command " + lowered(arguments_[0]);
    return reason_;
  }

  Got give_key(Request& request) {
    const size_t at = key_;
    const bool pairs = command_->keys == Keys::pairs;
    key_ += pairs ? 2 : 1;
    request = {.time = time_, .key = key_text(arguments_[at]), .method = arguments_[0]};
    request.operation = monitored_action(at == command_->key ? command_->does : command_->others);
    if (!request.operation) request.left_out = reason();
    const size_t value = pairs ? at + 1 : command_->value;
    if (value != 0 && value < arguments_.size()) request.value_bytes = monitored_size(arguments_[value]);
    if (command_->ttl != Ttl::none) request.ttl = ttl();
    return Got::request;
  }

  std::string_view key_text(std::string_view argument) {
    const bool escaped = argument.find('\\') != std::string_view::npos;
    if (database_ == 0 && !escaped) return argument;
    text_.clear();
    if (database_ != 0) text_ = std::to_string(database_) + "/";
    append_monitored(text_, argument);
    return text_;
  }

  std::optional<Duration> ttl() const {
    if (command_->ttl == Ttl::seconds) return span_of(2, std::chrono::seconds(1));
    if (command_->ttl == Ttl::milliseconds) return span_of(2, std::chrono::milliseconds(1));
    for (size_t at = 3; at + 1 < arguments_.size(); ++at) {
      const std::string_view word = arguments_[at];
      if (word.size() != 2 && word.size() != 4) continue;
      const std::string name = lowered(word);
      const Duration unit = name[0] == 'e' ? Duration(std::chrono::seconds(1)) : std::chrono::milliseconds(1);
      if (name == "ex" || name == "px") return span_of(at + 1, unit);
      if (name != "exat" && name != "pxat") continue;
      const std::optional<Duration> end = span_of(at + 1, unit);
      if (end) return std::max(*end - time_, Duration(0));
    }
    return std::nullopt;
  }

  // So many units as an argument says, if that is possible.
  std::optional<Duration> span_of(size_t argument, Duration unit) const {
    if (argument >= arguments_.size()) return std::nullopt;
    std::string_view text = arguments_[argument];
    const int64_t count = cut_monitored_number(text);
    if (count < 0 || !text.empty() || count > kMostMonitoredSeconds * (std::chrono::seconds(1) / unit))
      return std::nullopt;
    return count * unit;
  }

  const RedisCommands commands_;
  // Of the line.
  Duration time_{0};
  int64_t database_ = 0;
  std::vector<std::string_view> arguments_;
  const RedisCommand* command_ = nullptr;
  size_t key_ = 0, keys_end_ = 0;  // the next of its keys, and behind the last
  // Of the request.
  std::string text_, reason_;
};

}  // namespace

std::unique_ptr<TraceReader> make_redis_monitor_reader(TraceInput input) {
  return std::make_unique<RedisMonitorReader>(std::move(input));
}

}  // namespace hitbench
