// Replies of a redis server, or of something else that listens on its port.
#include <cstdint>

#include "cache/redis/codec.h"
#include "tests/fuzz/protocol_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const hitbench::RedisProtocol protocol;
  hitbench::fuzz_replies(protocol, {reinterpret_cast<const char*>(data), size});
  return 0;
}
