// Chooses the connection of a call: which server holds the key, and which of the connections to it the client uses.
// One process' cache asks its route on every call, before anything waits. A slot table or a hash ring over several
// servers would be others.
#pragma once

#include <cstddef>
#include <span>

#include "base/call.h"
#include "base/key.h"

namespace hitbench {

class Route {
 public:
  virtual ~Route() = default;

  // The number of a connection, from 0; calls for the same key by the same client get the same one. Keeps in
  // `call.seat` what the client is given for good.
  virtual size_t connection_of(Key key, Call& call) = 0;

  // Of the keys of a batch, how many from the first on go over its connection: at least that one.
  virtual size_t count_together(std::span<const Key> keys) const = 0;
};

// All keys are on one server, so only the client decides. It keeps its connection: those that were answered together
// ask together again.
class SingleServerRoute final : public Route {
 public:
  // `connections` is at least 1.
  explicit SingleServerRoute(size_t connections) : connections_(connections) {}

  size_t connection_of(Key, Call& call) override {
    if (call.seat < 0 || static_cast<size_t>(call.seat) >= connections_) {
      call.seat = static_cast<int>(next_++ % connections_);
    }
    return static_cast<size_t>(call.seat);
  }

  size_t count_together(std::span<const Key> keys) const override { return keys.size(); }

 private:
  const size_t connections_;
  size_t next_ = 0;
};

}  // namespace hitbench
