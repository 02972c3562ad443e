// What must hold for the codec of any server, whatever the server sends.
#pragma once

#include "base/check.h"
#include "cache/connection_protocol.h"

namespace hitbench {

// A reply lies within the bytes it was parsed from, and is not seen before its last byte is there.
inline void check_reply(const Protocol& protocol, Bytes bytes, const ServerReply& reply) {
  CHECK(reply.bytes > 0 && reply.bytes <= bytes.size());
  if (!reply.value.empty()) {
    CHECK(reply.value.data() >= bytes.data());
    CHECK(reply.value.data() + reply.value.size() <= bytes.data() + reply.bytes);
  }
  CHECK(protocol.parse(bytes.substr(0, reply.bytes - 1)).kind == ServerReply::Kind::incomplete);
  const ServerReply alone = protocol.parse(bytes.substr(0, reply.bytes));
  CHECK(alone.kind == reply.kind && alone.bytes == reply.bytes && alone.value == reply.value &&
        alone.version == reply.version);
}

// Reads `bytes` as a connection does: reply after reply, until the rest is incomplete or no reply at all.
inline void fuzz_replies(const Protocol& protocol, Bytes bytes) {
  for (;;) {
    const ServerReply reply = protocol.parse(bytes);
    if (reply.kind == ServerReply::Kind::malformed) return;
    if (reply.kind == ServerReply::Kind::incomplete) {
      CHECK(reply.bytes == 0 || reply.bytes > bytes.size());
      return;
    }
    check_reply(protocol, bytes, reply);
    bytes.remove_prefix(reply.bytes);
  }
}

}  // namespace hitbench
