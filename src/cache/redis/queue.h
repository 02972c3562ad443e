// Write-behind's queue on a Redis server: a hash of the writes by key, a sorted set of the keys by when they began to
// wait (ms of the machine's clock, which all processes share), and the token of who flushes. Each call is one round
// trip and one script, for a script runs alone on the server (redis.io/commands/eval). It dies with the server unless
// that logs every write, and an evicting server may throw it away as it may any key.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "cache/connection_protocol.h"

namespace hitbench {

// The server's keys that a queue under this prefix takes.
std::vector<std::string> redis_queue_keys(const std::string& prefix);

// The keys expire `key_ttl` after the last write that was queued.
std::unique_ptr<Queue> make_redis_queue(const std::string& prefix, Exchange exchange, Duration key_ttl = kForever);

// What crosses the wire: parsing foreign bytes, so for tests and fuzzing, too.
std::string encode_queued(const QueuedWrite& write);             // without the key
bool decode_queued(Bytes key, Bytes entry, QueuedWrite& write);  // false: not ours
bool decode_taken(Bytes reply, Queue::Taken& taken);             // false: not ours

}  // namespace hitbench
