#include "cache/redis/codec.h"

#include <hiredis/hiredis.h>

#include <charconv>
#include <cstdint>

#include "base/check.h"
#include "cache/redis/queue.h"
#include "cache/wire.h"

namespace hitbench {
namespace {

using namespace std::string_view_literals;

constexpr Bytes kEnd = "\r\n"sv;

void append_bulk(std::string& out, Bytes bytes) {
  append_all(out, "$"sv, Digits(bytes.size()).text(), kEnd, bytes, kEnd);
}

// The key, behind what its command begins with.
void append_key(std::string& out, Bytes command, FullKey key) {
  append_all(out, command, "$"sv, Digits(key.size()).text(), kEnd, key.prefix, key.text, kEnd);
}

void append_px(std::string& out, Duration ttl) {
  out += "$2\r\nPX\r\n";
  append_bulk(out, Digits(static_cast<uint64_t>(redis_ttl_ms(ttl))).text());
}

// "$-1" is nil; "$5" is followed by five bytes and an end of line. Reading the digits first costs less than searching
// for the end of their line.
ServerReply parse_bulk(Bytes bytes) {
  const bool is_nil = bytes.size() > 1 && bytes[1] == '-';
  size_t at = is_nil ? 2 : 1;
  const size_t first = at;
  const uint64_t number = read_digits(bytes, at);
  if (number > kMaxReplyBytes || (is_nil && at > first && number != 1)) return malformed();
  if (at < bytes.size() && (bytes[at] != '\r' || at == first)) return malformed();
  if (at + 1 < bytes.size() && bytes[at + 1] != '\n') return malformed();
  if (at + 2 > bytes.size()) return {};
  if (is_nil) return {.kind = ServerReply::Kind::not_stored, .bytes = at + 2};
  return value_reply(bytes, at + 2, number);
}

ServerReply parse_integer(Bytes line, size_t header) {
  int64_t number = 0;
  const std::from_chars_result end = std::from_chars(line.data(), line.data() + line.size(), number);
  if (end.ec != std::errc() || end.ptr != line.data() + line.size()) return malformed();
  return {.kind = number > 0 ? ServerReply::Kind::stored : ServerReply::Kind::not_stored, .bytes = header};
}

}  // namespace

int64_t redis_ttl_ms(Duration ttl) {
  const std::chrono::milliseconds rounded = std::chrono::duration_cast<std::chrono::milliseconds>(ttl);
  return rounded.count() + (rounded < ttl ? 1 : 0);
}

void RedisProtocol::get(std::string& out, FullKey key) const { append_key(out, "*2\r\n$3\r\nGET\r\n"sv, key); }

void RedisProtocol::set(std::string& out, FullKey key, Bytes value, Duration ttl) const {
  append_key(out, ttl == kForever ? "*3\r\n$3\r\nSET\r\n"sv : "*5\r\n$3\r\nSET\r\n"sv, key);
  append_bulk(out, value);
  if (ttl != kForever) append_px(out, ttl);
}

void RedisProtocol::add(std::string& out, FullKey key, Bytes value, Duration ttl) const {
  append_key(out, ttl == kForever ? "*4\r\n$3\r\nSET\r\n"sv : "*6\r\n$3\r\nSET\r\n"sv, key);
  append_bulk(out, value);
  out += "$2\r\nNX\r\n";
  if (ttl != kForever) append_px(out, ttl);
}

void RedisProtocol::erase(std::string& out, FullKey key) const { append_key(out, "*2\r\n$3\r\nDEL\r\n"sv, key); }

// DEL may be renamed, or not be allowed to this user; what we could write at all we may write over, to expire at once.
bool RedisProtocol::erase_otherwise(std::string& out, FullKey key, int way) const {
  if (way == 0) append_key(out, "*2\r\n$6\r\nUNLINK\r\n"sv, key);
  if (way == 1) {
    append_key(out, "*3\r\n$7\r\nPEXPIRE\r\n"sv, key);
    append_bulk(out, "1");
  }
  if (way == 2) set(out, key, "", std::chrono::milliseconds(1));
  return way <= 2;
}

// A node of a cluster that does not own the key's slot (redis.io, "Redis cluster specification").
bool RedisProtocol::lies_elsewhere(std::string_view error) const {
  return error.starts_with("MOVED ") || error.starts_with("CLUSTERDOWN Hash slot not served");
}

// A script runs alone on the server: nobody comes between comparing and deleting (redis.io, "Distributed Locks").
void RedisProtocol::erase_if(std::string& out, FullKey key, Bytes token) const {
  constexpr Bytes kScript = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) end return 0";
  out += "*5\r\n$4\r\nEVAL\r\n";
  append_bulk(out, kScript);
  append_key(out, "$1\r\n1\r\n"sv, key);
  append_bulk(out, token);
}

void RedisProtocol::erase_version(std::string&, FullKey, uint64_t) const { CHECK(false); }  // redis compares itself

std::unique_ptr<Queue> RedisProtocol::queue(const std::string& prefix, Duration key_ttl, const Exchange& exchange,
                                            std::vector<std::string>& keys) const {
  keys = redis_queue_keys("");
  return make_redis_queue(prefix, exchange, key_ttl);
}

ServerReply RedisProtocol::parse(Bytes bytes) const {
  if (bytes.empty()) return {};
  if (bytes[0] == '$') return parse_bulk(bytes);
  if (bytes[0] != '+' && bytes[0] != ':' && bytes[0] != '-') return malformed();
  const size_t end = bytes.substr(0, kMaxLineBytes).find('\n');
  if (end == Bytes::npos) return bytes.size() >= kMaxLineBytes ? malformed() : ServerReply{};
  if (end < 2 || bytes[end - 1] != '\r') return malformed();
  const Bytes line = bytes.substr(1, end - 2);
  switch (bytes[0]) {
    case ':':
      return parse_integer(line, end + 1);
    case '+':
      return {.kind = ServerReply::Kind::stored, .bytes = end + 1};
    default:
      return {.kind = ServerReply::Kind::error, .bytes = end + 1, .value = line};
  }
}

std::string redis_command(const std::vector<std::string>& words) {
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  sds command = nullptr;
  // hiredis 0.14 returns an int, 1.2 a long long.
  const long long length =
      redisFormatSdsCommandArgv(&command, static_cast<int>(words.size()), texts.data(), sizes.data());
  CHECK(length > 0);
  std::string out(command, static_cast<size_t>(length));
  redisFreeSdsCommand(command);
  return out;
}

std::optional<std::string> redis_text_reply(std::string_view bytes) {
  if (!bytes.starts_with('$')) return std::nullopt;  // hiredis would make room for an array as long as it says it is
  const std::unique_ptr<redisReader, decltype(&redisReaderFree)> reader(redisReaderCreate(), redisReaderFree);
  void* reply = nullptr;
  if (redisReaderFeed(reader.get(), bytes.data(), bytes.size()) != REDIS_OK ||
      redisReaderGetReply(reader.get(), &reply) != REDIS_OK || reply == nullptr) {
    return std::nullopt;
  }
  const std::unique_ptr<redisReply, decltype(&freeReplyObject)> owned(static_cast<redisReply*>(reply), freeReplyObject);
  if (owned->type != REDIS_REPLY_STRING) return std::nullopt;
  return std::string(owned->str, static_cast<size_t>(owned->len));
}

Protocol::Greeting RedisProtocol::greeting() const {
  Greeting greeting;
  const auto ask = [&](const std::vector<std::string>& words) {
    greeting.request += redis_command(words);
    ++greeting.replies;
  };
  if (!login_.password.empty()) ask({"AUTH", login_.password});
  if (login_.database != 0) ask({"SELECT", std::to_string(login_.database)});
  return greeting;
}

}  // namespace hitbench
