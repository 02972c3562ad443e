// The meta commands of memcached (1.6; its doc/protocol.txt, "Meta Commands"), encoded and parsed by hand into buffers
// that are reused. Text gets would do for one client, but 1.6.18 does not batch the replies to pipelined ones.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "cache/connection_protocol.h"

namespace hitbench {

class MemcachedProtocol final : public Protocol {
 public:
  // The dialect that a server must know; `text` is for libmemcached, which knows no meta commands.
  enum class Dialect { meta, text };
  // `login` is "user password" where the server asks for it (its option -Y).
  explicit MemcachedProtocol(Dialect dialect = Dialect::meta, std::string login = {})
      : dialect_(dialect), login_(std::move(login)) {}

  void get(std::string& out, FullKey key) const override;
  void set(std::string& out, FullKey key, Bytes value, Duration ttl) const override;
  void add(std::string& out, FullKey key, Bytes value, Duration ttl) const override;
  void erase(std::string& out, FullKey key) const override;
  bool erase_otherwise(std::string& out, FullKey key, int way) const override;
  void erase_if(std::string& out, FullKey key, Bytes token) const override;
  void erase_version(std::string& out, FullKey key, uint64_t version) const override;
  ServerReply parse(Bytes bytes) const override;
  Greeting greeting() const override;
  std::string_view probe() const override { return dialect_ == Dialect::meta ? "mn\r\n" : "version\r\n"; }
  bool counts_greeting() const override { return false; }

 private:
  Dialect dialect_;
  std::string login_;
};

// Memcached counts whole seconds of a clock that ticks once a second, so up to a second is lost: rounded up, plus one.
// Zero stands for ever: beyond 30 days memcached would take the number for a date.
int64_t memcached_ttl_s(Duration ttl);

}  // namespace hitbench
