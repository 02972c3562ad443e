// What the script that takes writes from the queue answers, or what something else on that port does.
#include <cstdint>

#include "base/check.h"
#include "cache/redis/queue.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const hitbench::Bytes reply(reinterpret_cast<const char*>(data), size);
  hitbench::Queue::Taken taken;
  if (!hitbench::decode_taken(reply, taken)) return 0;
  for (const hitbench::QueuedWrite& write : taken.writes) {
    hitbench::QueuedWrite again;
    CHECK(hitbench::decode_queued(write.key, hitbench::encode_queued(write), again));
    CHECK(again.write_id == write.write_id && again.key_id == write.key_id && again.payload == write.payload);
  }
  return 0;
}
