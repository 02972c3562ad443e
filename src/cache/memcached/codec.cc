#include "cache/memcached/codec.h"

#include <charconv>
#include <cstdint>

#include "cache/wire.h"

namespace hitbench {
namespace {

constexpr std::chrono::hours kLongestTtl{30 * 24};

using namespace std::string_view_literals;

void append_store(std::string& out, FullKey key, Bytes value, Duration ttl, Bytes mode) {
  const Digits size(value.size());
  const auto seconds = static_cast<uint64_t>(memcached_ttl_s(ttl));
  const Digits ttl_digits(seconds);
  const bool ends = seconds > 0;
  append_all(out, "ms "sv, key.prefix, key.text, " "sv, size.text(), ends ? " T"sv : ""sv,
             ends ? ttl_digits.text() : ""sv, mode, "\r\n"sv, value, "\r\n"sv);
}

// The number of the flag " c123"; 0 where there is none.
uint64_t cas_of(Bytes flags) {
  uint64_t version = 0;
  const size_t at = flags.find(" c");
  if (at != Bytes::npos) std::from_chars(flags.data() + at + 2, flags.data() + flags.size(), version);
  return version;
}

// "VA 5 flags*" is followed by five bytes and an end of line.
ServerReply parse_value(Bytes bytes, Bytes line, size_t header) {
  size_t at = 3;
  const size_t size = read_digits(line, at);
  const bool is_size = at > 3 && (at == line.size() || line[at] == ' ') && size <= kMaxReplyBytes;
  if (!is_size) return malformed();
  ServerReply reply = value_reply(bytes, header, size);
  if (at < line.size()) reply.version = cas_of(line.substr(at));
  return reply;
}

bool is_error(Bytes line) {
  return line == "ERROR" || line.starts_with("ERROR ") || line.starts_with("SERVER_ERROR") ||
         line.starts_with("CLIENT_ERROR");
}

}  // namespace

int64_t memcached_ttl_s(Duration ttl) {
  if (ttl > kLongestTtl) return 0;
  const std::chrono::seconds whole = std::chrono::duration_cast<std::chrono::seconds>(ttl);
  const int64_t seconds = whole.count() + (whole < ttl ? 1 : 0) + 1;
  return std::chrono::seconds(seconds) > kLongestTtl ? 0 : seconds;
}

void MemcachedProtocol::get(std::string& out, FullKey key) const {
  append_all(out, "mg "sv, key.prefix, key.text, " v\r\n"sv);
}

void MemcachedProtocol::set(std::string& out, FullKey key, Bytes value, Duration ttl) const {
  append_store(out, key, value, ttl, "");
}

void MemcachedProtocol::add(std::string& out, FullKey key, Bytes value, Duration ttl) const {
  append_store(out, key, value, ttl, " ME");
}

void MemcachedProtocol::erase(std::string& out, FullKey key) const {
  append_all(out, "md "sv, key.prefix, key.text, "\r\n"sv);
}

// A negative TTL has passed (doc/protocol.txt).
bool MemcachedProtocol::erase_otherwise(std::string& out, FullKey key, int way) const {
  if (way == 0) append_all(out, "ms "sv, key.prefix, key.text, " 0 T-1\r\n\r\n"sv);
  return way == 0;
}

// Memcached compares versions, not values: read both, then delete what is still of that version.
void MemcachedProtocol::erase_if(std::string& out, FullKey key, Bytes) const {
  append_all(out, "mg "sv, key.prefix, key.text, " v c\r\n"sv);
}

void MemcachedProtocol::erase_version(std::string& out, FullKey key, uint64_t version) const {
  append_all(out, "md "sv, key.prefix, key.text, " C"sv, Digits(version).text(), "\r\n"sv);
}

ServerReply MemcachedProtocol::parse(Bytes bytes) const {
  const size_t end = bytes.substr(0, kMaxLineBytes).find('\n');
  if (end == Bytes::npos) return bytes.size() >= kMaxLineBytes ? malformed() : ServerReply{};
  if (end < 3 || bytes[end - 1] != '\r') return malformed();
  const Bytes line = bytes.substr(0, end - 1);
  const Bytes code = line.substr(0, 2);
  const bool is_code = line.size() == 2 || line[2] == ' ';
  if (is_code && code == "VA") return parse_value(bytes, line, end + 1);
  if (is_code && (code == "HD" || code == "MN")) return {.kind = ServerReply::Kind::stored, .bytes = end + 1};
  if (is_code && (code == "EN" || code == "NS" || code == "NF" || code == "EX")) {
    return {.kind = ServerReply::Kind::not_stored, .bytes = end + 1};
  }
  if (line.starts_with("VERSION ") || line == "STORED") return {.kind = ServerReply::Kind::stored, .bytes = end + 1};
  if (is_error(line)) return {.kind = ServerReply::Kind::error, .bytes = end + 1, .value = line};
  return malformed();
}

Protocol::Greeting MemcachedProtocol::greeting() const {
  if (login_.empty()) return {};
  // Its doc/protocol.txt, "Authentication": a text set of any key.
  return {.request = "set login 0 0 " + std::to_string(login_.size()) + "\r\n" + login_ + "\r\n", .replies = 1};
}

}  // namespace hitbench
