// Bytes as Redis counts them in used_memory: every allocation by the size class that jemalloc gives it. A string entry
// has a key (a dynamic string), a node of the dictionary, a value object and, with a TTL, another node in the
// dictionary of expiry times, which shares the key.
//
// Sources: jemalloc's manual, "Size classes" (5.2 and 5.3 are equal here); of Redis 7.0 sds.h (headers), object.c
// (embedded strings), dict.h (nodes), networking.c (large arguments).
#pragma once

#include <cstdint>

#include "cache/twin/redis_model.h"

namespace hitbench {

class RedisMemory {
 public:
  explicit RedisMemory(const RedisModelSetting& setting);

  uint64_t allocated(uint64_t bytes) const;       // the size class of an allocation
  uint64_t dynamic_string(uint64_t bytes) const;  // an sds: header by length, content, final zero
  uint64_t value_object(uint64_t bytes) const;    // a string of that length, which is not an integer

  uint64_t entry(const ItemSize& size) const;  // without TTL and without its share of the tables
  uint64_t expiry_node() const { return node_; }

  // Held while a command is executed, so that it counts when the server makes room for it.
  uint64_t arguments_of_get() const {
    return arguments_of_get_;
  }  // of a key of up to 28 bytes; longer ones are off by less than a key
  uint64_t arguments_of_set(const ItemSize& size, bool has_ttl) const;

  // What a client's query buffer has grown by for a value that is read directly into its object; 0 for smaller values.
  uint64_t large_argument(uint64_t value_bytes) const;

  uint64_t fixed() const { return fixed_; }  // the empty server with its clients

 private:
  const uint64_t quantum_;          // a power of two
  const uint64_t ordinary_buffer_;  // of requests, part of the bytes of a client
  uint64_t node_;
  uint64_t fixed_;
  uint64_t arguments_of_get_;
};

}  // namespace hitbench
