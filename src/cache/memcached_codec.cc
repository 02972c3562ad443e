#include "cache/memcached_codec.h"

#include <charconv>
#include <cstdint>

namespace hitbench {
namespace {

constexpr std::chrono::hours kLongestTtl{30 * 24};

void append_number(std::string& out, uint64_t number) {
  char digits[20];
  const std::to_chars_result end = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end.ptr);
}

void append_store(std::string& out, FullKey key, Bytes value, Duration ttl, Bytes mode) {
  out += "ms ";
  out += key.prefix;
  out += key.text;
  out += ' ';
  append_number(out, value.size());
  if (const int64_t seconds = memcached_ttl_s(ttl); seconds > 0) {
    out += " T";
    append_number(out, static_cast<uint64_t>(seconds));
  }
  out += mode;
  out += "\r\n";
  out += value;
  out += "\r\n";
}

ServerReply malformed() { return {.kind = ServerReply::Kind::malformed}; }

// The number of the flag " c123"; 0 where there is none.
uint64_t version_of(Bytes flags) {
  uint64_t version = 0;
  const size_t at = flags.find(" c");
  if (at != Bytes::npos) std::from_chars(flags.data() + at + 2, flags.data() + flags.size(), version);
  return version;
}

// "VA 5 flags*" is followed by five bytes and an end of line.
ServerReply parse_value(Bytes bytes, Bytes line, size_t header) {
  if (line.size() < 4) return malformed();
  size_t size = 0;
  const std::from_chars_result end = std::from_chars(line.data() + 3, line.data() + line.size(), size);
  if (end.ec != std::errc() || (end.ptr != line.data() + line.size() && *end.ptr != ' ')) return malformed();
  if (size > kMaxReplyBytes) return malformed();
  const Bytes flags(end.ptr, static_cast<size_t>(line.data() + line.size() - end.ptr));
  const size_t whole = header + size + 2;
  if (bytes.size() < whole) return {.kind = ServerReply::Kind::incomplete, .bytes = whole};
  if (bytes[whole - 2] != '\r' || bytes[whole - 1] != '\n') return malformed();
  return {.kind = ServerReply::Kind::value,
          .bytes = whole,
          .value = bytes.substr(header, size),
          .version = version_of(flags)};
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
  out += "mg ";
  out += key.prefix;
  out += key.text;
  out += " v\r\n";
}

void MemcachedProtocol::set(std::string& out, FullKey key, Bytes value, Duration ttl) const {
  append_store(out, key, value, ttl, "");
}

void MemcachedProtocol::add(std::string& out, FullKey key, Bytes value, Duration ttl) const {
  append_store(out, key, value, ttl, " ME");
}

void MemcachedProtocol::erase(std::string& out, FullKey key) const {
  out += "md ";
  out += key.prefix;
  out += key.text;
  out += "\r\n";
}

// Memcached compares versions, not values: read both, then delete what is still of that version.
void MemcachedProtocol::erase_if(std::string& out, FullKey key, Bytes) const {
  out += "mg ";
  out += key.prefix;
  out += key.text;
  out += " v c\r\n";
}

void MemcachedProtocol::erase_version(std::string& out, FullKey key, uint64_t version) const {
  out += "md ";
  out += key.prefix;
  out += key.text;
  out += " C";
  append_number(out, version);
  out += "\r\n";
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
  if (line.starts_with("VERSION ")) return {.kind = ServerReply::Kind::stored, .bytes = end + 1};
  if (is_error(line)) return {.kind = ServerReply::Kind::error, .bytes = end + 1, .value = line};
  return malformed();
}

Protocol::Greeting MemcachedProtocol::greeting() const {
  return {.request = dialect_ == Dialect::meta ? "mn\r\n" : "version\r\n", .replies = 1};
}

std::string MemcachedProtocol::remedy(const std::string& error) const {
  if (!error.starts_with("ERROR")) return "";
  return "it does not know the meta commands: use memcached 1.6 or newer, or the cache \"libmemcached\"";
}

}  // namespace hitbench
