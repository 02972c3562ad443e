// A connection that comes back: opened once before anything is measured, and again whenever it has ended. It has no
// fiber of its own: the first call that finds it down connects, those who come meanwhile wait for that. Nobody waits
// for anything else: who is refused fails at once, as an application does whose server is dead.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "cache/cache.h"
#include "cache/connection.h"

namespace hitbench {

// What the connections of one process know of their server together. A server that refused is not tried again before a
// pause is over, by none of them: it grows to a tenth of a second, so that attempts are few. Once one has connected all
// may at once. And where one has ended the others look, before their next request, whether theirs has, too.
class ServerContact {
 public:
  explicit ServerContact(uint64_t seed) : rng_(seed, 0, 0) {}

  bool is_refused(Time now) const { return now < next_attempt_; }
  void connecting(Time now);  // while it is known to refuse, one attempt at a time
  void connected();
  void unanswered();  // it neither refused nor connected in time: nobody is there, or it hangs
  void refused(Time now, std::string why);
  void ended() { ++endings_; }

  const std::string& why() const { return why_; }  // it refused last
  uint64_t endings() const { return endings_; }

 private:
  Duration pause();

  Rng rng_;
  int refusals_ = 0;  // in a row
  std::string why_;
  Time next_attempt_ = {};
  uint64_t endings_ = 0;
};

class Channel {
 public:
  Channel(Loop& loop, const Address& address, const Protocol& protocol, const ConnectOptions& options,
          ServerContact& contact, Tally& words);

  // Opens it, or says why not. On a fiber.
  bool open(Time deadline, Connection::Failure& failure);

  // Of all its connections so far.
  Traffic traffic() const;

  // The connection, once it is up; to be used at once. Null: the server refused, or the deadline passed first.
  Connection* ready(Time deadline) {
    if (current_ != nullptr && !current_->is_broken() && looked_ == contact_.endings()) return current_.get();
    return renew(deadline);
  }

 private:
  [[gnu::noinline]] Connection* renew(Time deadline);
  bool is_up();
  void attempt(Time deadline);

  Loop& loop_;
  const Address& address_;
  const Protocol& protocol_;
  const Duration timeout_;
  ServerContact& contact_;
  Tally& words_;
  uint64_t looked_ = 0;  // at how many endings the connection was seen to be up
  std::unique_ptr<Connection> current_;
  std::vector<std::unique_ptr<Connection>> ended_;  // until the last fiber has left them
  Traffic past_;                                    // of greetings, and of connections that are gone
  bool connecting_ = false;                         // a fiber is at it
  Event changed_;                                   // it stopped: with or without success
};

}  // namespace hitbench
