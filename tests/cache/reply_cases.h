// What the tests of every protocol check of its parser.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cache/connection_protocol.h"

namespace hitbench {

inline constexpr FullKey kKey{"p:", "k1"};  // what the commands of these tests ask for

struct ReplyCase {
  std::string bytes;
  ServerReply::Kind kind;
  std::string value;
};

// Each is one reply: incomplete wherever it is cut, and whole where another follows.
inline void expect_replies(const Protocol& protocol, const std::vector<ReplyCase>& cases) {
  for (const ReplyCase& item : cases) {
    for (size_t length = 0; length < item.bytes.size(); ++length) {
      EXPECT_EQ(protocol.parse(Bytes(item.bytes).substr(0, length)).kind, ServerReply::Kind::incomplete)
          << item.bytes << length;
    }
    const std::string followed = item.bytes + item.bytes;
    const ServerReply reply = protocol.parse(followed);
    EXPECT_EQ(reply.kind, item.kind) << item.bytes;
    EXPECT_EQ(reply.bytes, item.bytes.size());
    EXPECT_EQ(reply.value, item.value);
  }
}

}  // namespace hitbench
