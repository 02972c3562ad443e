// What a connection must know about a server's protocol: how requests are written and where a reply ends. Redis and
// Memcached are compared over the same client; only this differs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/key.h"
#include "base/time.h"
#include "cache/cache.h"

namespace hitbench {

// The key as the server sees it: a prefix on a user's own server, then the key's text.
struct FullKey {
  Bytes prefix;
  Bytes text;
  size_t size() const { return prefix.size() + text.size(); }
};

struct ServerReply {
  enum class Kind {
    incomplete,  // `bytes` says how many the whole will need, as far as is known
    value,       // `value` is what the key holds
    stored,      // done: OK, HD, :1
    not_stored,  // nothing was done or found: nil, EN, NS, NF, :0
    error,       // the server refused; `value` is its text
    malformed,   // not this protocol: the connection cannot go on
  } kind = Kind::incomplete;
  size_t bytes = 0;
  Bytes value = {};
  uint64_t version = 0;  // of a value that was asked for by erase_if
};

// Sends what the function encodes and waits for the reply; a value lies in the Call's buffer.
using Exchange = std::function<ServerReply::Kind(Call&, const std::function<void(std::string&)>&)>;

class Protocol {
 public:
  virtual ~Protocol() = default;

  // Each appends one request to `out`.
  virtual void get(std::string& out, FullKey key) const = 0;
  virtual void set(std::string& out, FullKey key, Bytes value, Duration ttl) const = 0;
  virtual void add(std::string& out, FullKey key, Bytes value, Duration ttl) const = 0;
  virtual void erase(std::string& out, FullKey key) const = 0;
  // Another way to be rid of a key, on a server that refuses to erase: the first, the second... False: there is none.
  virtual bool erase_otherwise(std::string& /*out*/, FullKey /*key*/, int /*way*/) const { return false; }
  // Whether the text of an error says that the key lies on another server.
  virtual bool lies_elsewhere(std::string_view /*error*/) const { return false; }
  // Erases the key if it holds `token`. A server that cannot compare answers with the value and its version instead;
  // then erase_version deletes what is still of that version.
  virtual void erase_if(std::string& out, FullKey key, Bytes token) const = 0;
  virtual void erase_version(std::string& out, FullKey key, uint64_t version) const = 0;

  // The first reply in `bytes`, which may hold part of one or several. The views point into `bytes`.
  virtual ServerReply parse(Bytes bytes) const = 0;

  // Write-behind's queue on the server, under keys of its own, whose names behind the prefix go to `keys`; they expire
  // `key_ttl` after the last write that was queued. Null: it cannot.
  virtual std::unique_ptr<Queue> queue(const std::string& /*prefix*/, Duration /*key_ttl*/,
                                       const Exchange& /*exchange*/, std::vector<std::string>& /*keys*/) const {
    return nullptr;
  }

  // What is sent on each new connection before anything else: a login, or nothing. Every one of its replies must be
  // `stored`.
  struct Greeting {
    std::string request;
    int replies = 0;
  };
  virtual Greeting greeting() const = 0;
  // The same with a question at its end whose answer shows that the server is of use.
  Greeting greeting_and_probe() const {
    Greeting both = greeting();
    both.request += probe();
    ++both.replies;
    return both;
  }
  virtual std::string_view probe() const = 0;
  // Whether the server's count of commands (BackendUsage::commands) has each request of a greeting.
  virtual bool counts_greeting() const = 0;
  // What erase_if runs on the server at most, beyond itself.
  virtual uint64_t commands_in_erase_if() const { return 0; }
};

// A reply longer than this is taken for another protocol: nothing that we ask for is. The largest value of a workload
// has 16 MB; a queue's largest batch has 10,000 keys of at most 250 bytes, each with the few words of its write.
inline constexpr size_t kMaxReplyBytes = size_t{1} << 25;
// A header line longer than this never ends.
inline constexpr size_t kMaxLineBytes = size_t{1} << 16;

}  // namespace hitbench
