#include "cache/redis/queue.h"

#include <charconv>

#include "cache/redis/codec.h"

namespace hitbench {
namespace {

// KEYS: writes, waiting. ARGV: key, write, now, most. `keep` puts off the expiry of what was written.
std::string put_script(const std::string& keep) {
  return "if redis.call('hexists',KEYS[1],ARGV[1])==1 then redis.call('hset',KEYS[1],ARGV[1],ARGV[2]) "
         "redis.call('zadd',KEYS[2],'NX',ARGV[3],ARGV[1]) " +
         keep +
         "return 'coalesced' end "
         "if redis.call('hlen',KEYS[1])>=tonumber(ARGV[4]) then return 'full' end "
         "redis.call('hset',KEYS[1],ARGV[1],ARGV[2]) redis.call('zadd',KEYS[2],ARGV[3],ARGV[1]) " +
         keep + "return 'queued'";
}

// KEYS: writes, waiting, flusher. ARGV: token, lease, most, since. One string: "yours COUNT OLDEST\n" (or anothers, and
// -1 where nothing waits), then each key and write behind its length and a colon. A key whose write is gone goes, too.
constexpr const char* kTake =
    "local owner=redis.call('get',KEYS[3]) local count=redis.call('zcard',KEYS[2]) "
    "if owner and owner~=ARGV[1] then return 'anothers '..count..' -1\\n' end "
    "redis.call('set',KEYS[3],ARGV[1],'px',ARGV[2]) "
    "local first=redis.call('zrange',KEYS[2],0,0,'withscores') if count==0 then return 'yours 0 -1\\n' end "
    "local out={'yours '..count..' '..first[2]..'\\n'} "
    "if count>=tonumber(ARGV[3]) or tonumber(first[2])<=tonumber(ARGV[4]) then "
    "for _,key in ipairs(redis.call('zrange',KEYS[2],0,tonumber(ARGV[3])-1)) do "
    "local write=redis.call('hget',KEYS[1],key) "
    "if write then out[#out+1]=#key..':'..key..#write..':'..write else redis.call('zrem',KEYS[2],key) end "
    "end end return table.concat(out)";

// KEYS: writes, waiting. ARGV: now, then each key and the first eight bytes of its write.
std::string settle_script(const std::string& keep) {
  return "for i=2,#ARGV,2 do local write=redis.call('hget',KEYS[1],ARGV[i]) "
         "if write and string.sub(write,1,8)==ARGV[i+1] then "
         "redis.call('hdel',KEYS[1],ARGV[i]) redis.call('zrem',KEYS[2],ARGV[i]) "
         "elseif write then redis.call('zadd',KEYS[2],ARGV[1],ARGV[i]) end end " +
         keep + "return 1";
}

// Nothing where the keys are for ever.
std::string keep_script(Duration key_ttl) {
  if (key_ttl == kForever) return "";
  return "for i=1,2 do redis.call('pexpire',KEYS[i]," + std::to_string(redis_ttl_ms(key_ttl)) + ") end ";
}

std::string ms(Time time) {
  return std::to_string(std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

std::string big_endian(uint64_t number) {
  std::string bytes(8, '\0');
  for (size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (56 - 8 * i));
  return bytes;
}

uint64_t number_of(Bytes bytes) {
  uint64_t number = 0;
  for (const char byte : bytes.substr(0, 8)) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

// Takes a number and the character behind it off the front.
template <class Number>
bool take_number(Bytes& bytes, char behind, Number& number) {
  const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), number);
  if (error != std::errc() || end == bytes.data() + bytes.size() || *end != behind) return false;
  bytes.remove_prefix(static_cast<size_t>(end - bytes.data()) + 1);
  return true;
}

bool take_string(Bytes& bytes, Bytes& string) {
  size_t size = 0;
  if (!take_number(bytes, ':', size) || size > bytes.size()) return false;
  string = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

class RedisQueue final : public Queue {
 public:
  RedisQueue(const std::string& prefix, Exchange exchange, Duration key_ttl)
      : keys_(redis_queue_keys(prefix)),
        exchange_(std::move(exchange)),
        put_(put_script(keep_script(key_ttl))),
        settle_(settle_script(keep_script(key_ttl))) {}

  Put put(const QueuedWrite& write, Time now, uint64_t most, Call& call) override {
    const ServerReply::Kind kind = ask(
        {"EVAL", put_, "2", keys_[0], keys_[1], write.key, encode_queued(write), ms(now), std::to_string(most)}, call);
    if (kind != ServerReply::Kind::value) return Put::failed;
    if (call.value == "queued") return Put::queued;
    if (call.value == "coalesced") return Put::coalesced;
    return call.value == "full" ? Put::full : Put::failed;
  }

  Sought find(Key key, QueuedWrite& found, Call& call) override {
    const ServerReply::Kind kind = ask({"HGET", keys_[0], std::string(key.text)}, call);
    if (kind == ServerReply::Kind::not_stored) return Sought::nothing;
    const bool good = kind == ServerReply::Kind::value && decode_queued(key.text, call.value, found);
    return good ? Sought::found : Sought::failed;
  }

  Taken take(const Taker& taker, uint64_t most, Time since, Call& call) override {
    const ServerReply::Kind kind = ask({"EVAL", kTake, "3", keys_[0], keys_[1], keys_[2], std::string(taker.token),
                                        std::to_string(redis_ttl_ms(taker.lease)), std::to_string(most), ms(since)},
                                       call);
    Taken taken;
    if (kind != ServerReply::Kind::value || !decode_taken(call.value, taken)) return {};
    return taken;
  }

  bool settle(std::span<const QueuedWrite> done, Time now, Call& call) override {
    if (done.empty()) return true;
    std::vector<std::string> words = {"EVAL", settle_, "2", keys_[0], keys_[1], ms(now)};
    for (const QueuedWrite& write : done) {
      words.push_back(write.key);
      words.push_back(big_endian(write.write_id));
    }
    return ask(words, call) == ServerReply::Kind::stored;
  }

  void leave(const Taker& taker, Call& call) override {
    exchange_(call, [&](std::string& out) { RedisProtocol().erase_if(out, {"", keys_[2]}, taker.token); });
  }

 private:
  ServerReply::Kind ask(const std::vector<std::string>& words, Call& call) {
    return exchange_(call, [&](std::string& out) { out += redis_command(words); });
  }

  const std::vector<std::string> keys_;
  const Exchange exchange_;
  const std::string put_, settle_;
};

}  // namespace

std::vector<std::string> redis_queue_keys(const std::string& prefix) {
  return {prefix + "write-queue:writes", prefix + "write-queue:waiting", prefix + "write-queue:flusher"};
}

std::unique_ptr<Queue> make_redis_queue(const std::string& prefix, Exchange exchange, Duration key_ttl) {
  return std::make_unique<RedisQueue>(prefix, std::move(exchange), key_ttl);
}

std::string encode_queued(const QueuedWrite& write) {
  return big_endian(write.write_id) + big_endian(write.key_id) + (write.erased ? '-' : '+') + write.payload;
}

bool decode_queued(Bytes key, Bytes entry, QueuedWrite& write) {
  if (entry.size() < 17 || (entry[16] != '-' && entry[16] != '+')) return false;
  write = {.key = std::string(key),
           .key_id = number_of(entry.substr(8)),
           .write_id = number_of(entry),
           .erased = entry[16] == '-',
           .payload = std::string(entry.substr(17))};
  return true;
}

bool decode_taken(Bytes reply, Queue::Taken& taken) {
  const bool yours = reply.starts_with("yours ");
  if (!yours && !reply.starts_with("anothers ")) return false;
  reply.remove_prefix(yours ? 6 : 9);
  int64_t oldest = 0;
  if (!take_number(reply, ' ', taken.waiting) || !take_number(reply, '\n', oldest)) return false;
  // Beyond this a time does not fit its nanoseconds.
  if (oldest > kNever.time_since_epoch() / std::chrono::milliseconds(1)) return false;
  taken.status = yours ? Queue::Taken::Status::yours : Queue::Taken::Status::anothers;
  if (oldest >= 0) taken.oldest = Time(std::chrono::milliseconds(oldest));
  while (!reply.empty()) {
    Bytes key, entry;
    if (!take_string(reply, key) || !take_string(reply, entry)) return false;
    if (!decode_queued(key, entry, taken.writes.emplace_back())) return false;
  }
  return true;
}

}  // namespace hitbench
