#include "cache/twin/redis_memory.h"

#include <algorithm>
#include <bit>

namespace hitbench {
namespace {

constexpr uint64_t kDictNode = 24;          // dictEntry: key, value or expiry time, next
constexpr uint64_t kRobj = 16;              // robj: type, encoding, LRU or LFU, references, pointer
constexpr uint64_t kEmbeddedMax = 44;       // OBJ_ENCODING_EMBSTR_SIZE_LIMIT: object and string in one allocation
constexpr uint64_t kLargeArgument = 32768;  // PROTO_MBULK_BIG_ARG
constexpr uint64_t kLineEnd = 2;            // CR LF, which the buffer of a large argument has room for
constexpr uint64_t kShortWord = 32;         // "SET", "GET", "PX" or a number as an embedded string: 16 + 3 + 1 + 1..13
constexpr uint64_t kArgument = 8;           // a pointer in the array of arguments

// Bytes that do not depend on entries, measured on Debian's 7.0.15, default configuration, no persistence. What
// remains below `maxmemory` when SET is first refused (noeviction), less entries, tables and arguments by the formulas
// here, is 948,440 (give or take 88) with 1 client, 971,320 with 2, 1,175,832 with 11, 2,085,016 with 51, each in use
// for 8 s; in these runs two commands were used, GET and SET. The first use of any command allocates the histogram of
// its latency (`latency-tracking`), 24,688 by used_memory before and after. A new connection has 14 KB more until its
// reply buffer has shrunk. `empty` is what a server takes without any of them.
struct ServerBytes {
  uint64_t empty;
  uint64_t command;
  uint64_t client;
  uint64_t ordinary_buffer;
};
constexpr ServerBytes kBytes7_0 = {.empty = 876'330, .command = 24'688, .client = 22'730, .ordinary_buffer = 20'480};

// The same on Debian 13's 8.0.2: 745,648 (give or take 96) with 1 client, 748,144 with 2, 769,840 with 11 (228 less
// than by these constants), 867,760 with 51; the first use of a command takes as much as in 7.0. A client between two
// commands has no buffer of requests, unless it sent a large argument: 16 MiB hold 138 values of 100,000 bytes that one
// client sends, 135 that four send in turns, 123 that sixteen send, as many as if each kept a buffer of 114,688.
constexpr ServerBytes kBytes8_0 = {.empty = 693'830, .command = 24'688, .client = 2'442, .ordinary_buffer = 0};

const ServerBytes& bytes_of(RedisVersion version) { return version == RedisVersion::v8_0 ? kBytes8_0 : kBytes7_0; }

uint64_t sds_header(uint64_t bytes) {
  if (bytes < 32) return bytes == 0 ? 3 : 1;
  if (bytes < 256) return 3;
  if (bytes < 65536) return 5;
  return 9;
}

}  // namespace

RedisMemory::RedisMemory(const RedisModelSetting& setting)
    : quantum_(setting.allocator_quantum_bytes),
      ordinary_buffer_(bytes_of(setting.version).ordinary_buffer),
      node_(allocated(kDictNode)) {
  arguments_of_get_ = allocated(2 * kArgument) + kShortWord + value_object(28);
  const ServerBytes& server = bytes_of(setting.version);
  fixed_ = server.empty + setting.more_bytes + setting.commands * server.command + setting.clients * server.client;
}

// 8, then multiples of the quantum up to eight of them, then four classes between a power of two and the next.
uint64_t RedisMemory::allocated(uint64_t bytes) const {
  if (bytes <= 8) return 8;
  if (bytes <= 8 * quantum_) return (bytes + quantum_ - 1) & ~(quantum_ - 1);
  const uint64_t step = std::bit_floor(bytes - 1) / 4;
  return (bytes + step - 1) & ~(step - 1);
}

uint64_t RedisMemory::dynamic_string(uint64_t bytes) const { return allocated(sds_header(bytes) + bytes + 1); }

uint64_t RedisMemory::value_object(uint64_t bytes) const {
  if (bytes <= kEmbeddedMax) return allocated(kRobj + sds_header(32) + bytes + 1);  // never the shortest header
  const uint64_t content = bytes >= kLargeArgument ? bytes + kLineEnd : bytes;
  return allocated(kRobj) + dynamic_string(content);
}

uint64_t RedisMemory::entry(const ItemSize& size) const {
  return node_ + dynamic_string(size.key_bytes) + value_object(size.value_bytes);
}

uint64_t RedisMemory::arguments_of_set(const ItemSize& size, bool has_ttl) const {
  const uint64_t words = has_ttl ? 3 : 1;
  return allocated((words + 2) * kArgument) + words * kShortWord + value_object(size.key_bytes) +
         value_object(size.value_bytes);
}

uint64_t RedisMemory::large_argument(uint64_t value_bytes) const {
  if (value_bytes < kLargeArgument) return 0;
  return std::max(dynamic_string(value_bytes + kLineEnd), ordinary_buffer_) - ordinary_buffer_;
}

}  // namespace hitbench
