// A connection that comes back: opened once before anything is measured, and again, with growing pauses, whenever it
// breaks. It has no fiber of its own: the first call that finds it down reconnects, the others wait for that.
#pragma once

#include <memory>
#include <vector>

#include "base/rng.h"
#include "cache/cache.h"
#include "cache/connection.h"

namespace hitbench {

class Channel {
 public:
  Channel(Loop& loop, const Address& address, const Protocol& protocol, const ConnectOptions& options, uint64_t number,
          Tally& words);

  // Opens it, or says why not. On a fiber.
  bool open(Time deadline, Connection::Failure& failure);

  // Of all its connections so far.
  Traffic traffic() const;

  // The connection, once it is up; to be used at once. Null: the deadline passed first.
  Connection* ready(Time deadline) {
    if (current_ != nullptr && !current_->is_broken()) return current_.get();
    return reconnect(deadline);
  }

 private:
  [[gnu::noinline]] Connection* reconnect(Time deadline);
  void attempt(Time deadline);

  Loop& loop_;
  const Address& address_;
  const Protocol& protocol_;
  const Duration timeout_;
  Tally& words_;
  Rng rng_;
  std::unique_ptr<Connection> current_;
  std::vector<std::unique_ptr<Connection>> broken_;  // until the last fiber has left them
  Traffic past_;                                     // of greetings, and of connections that are gone
  bool reconnecting_ = false;                        // a fiber is at it
  Event changed_;                                    // it stopped: with or without success
  int failures_ = 0;                                 // in a row
  Time next_attempt_ = {};
};

}  // namespace hitbench
