// Replies of a memcached server, or of something else that listens on its port.
#include <cstdint>

#include "cache/memcached/codec.h"
#include "tests/fuzz/protocol_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const hitbench::MemcachedProtocol protocol;
  hitbench::fuzz_replies(protocol, {reinterpret_cast<const char*>(data), size});
  return 0;
}
