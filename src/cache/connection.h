// One connection to a cache server, shared by the fibers of one loop. Requests queued during a loop turn leave in one
// send; replies come back in order and are matched against a FIFO of those who wait. There is no reader of its own:
// whoever waits first reads for all (leader and followers), so a client that is alone pays no extra fiber switch.
//
// A request that timed out stays in the FIFO and its late reply is dropped. Three timeouts in a row, or silence for
// two timeouts, break the connection: what is pending fails. A broken connection stays broken; Channel
// (connection_channel.h) makes new ones. It must live for as long as it is in use.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/tally.h"
#include "base/time.h"
#include "cache/cache.h"
#include "cache/connection_protocol.h"
#include "io/loop.h"
#include "io/socket.h"

namespace hitbench {

class Connection {
 public:
  static constexpr int kTimeoutsToBreak = 3;  // in a row

  // Opens and greets, until `deadline`, and waits for the server's answer. Null on failure, with the cause in `error`
  // and `remedy`. Waits: on a fiber. What is refused from here on, by whomever, goes to `words`, which outlives the
  // connection.
  struct Failure {
    std::string error;
    std::string remedy;
    bool timed_out = false;  // else the server refused
  };
  static std::unique_ptr<Connection> open(Loop& loop, const Address& address, const Protocol& protocol,
                                          Duration timeout, Time deadline, Tally& words, Failure& failure);
  // Opens only: the greeting leaves with the first request, so that a password costs no round trip of its own. A server
  // that refuses it breaks the connection.
  static std::unique_ptr<Connection> open_unasked(Loop& loop, const Address& address, const Protocol& protocol,
                                                  Duration timeout, Time deadline, Tally& words, Failure& failure);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool is_broken() const { return broken_; }
  // A fiber is inside: even of a broken one, for the fibers still have to wake and leave.
  bool is_in_use() const { return inside_ > 0; }
  // The server has ended it, which nobody who waits here may have noticed yet.
  bool is_closed_by_server() const;

  // Encode one request into this, then call exchange at once.
  std::string& out() { return out_; }

  // Sends the request and waits for its reply. A value is copied into `value`. Never `incomplete` or `malformed`:
  // everything that goes wrong is `error`.
  struct Answer {
    ServerReply::Kind kind = ServerReply::Kind::error;
    uint64_t version = 0;
    bool refused = false;  // the server itself said no; `value` has its words
  };
  Answer exchange(Time deadline, std::string& value);

  // The same for `count` requests that were encoded one after the other: `each` gets every reply, in order, as it
  // arrives (with a value that is still in the connection's buffer), or an `error` for it. It must not wait.
  using Each = std::function<void(const ServerReply&)>;
  void exchange_many(size_t count, Time deadline, const Each& each);

  // Requests so far, greetings aside.
  Traffic traffic() const { return {.begun = next_, .completed = (broken_ ? answered_ : first_) - refused_}; }

 private:
  // One fiber's places in the FIFO, one for each reply. It lies on the fiber's stack and leaves the FIFO with it.
  struct Waiter {
    Waiter(Connection& connection, size_t count);
    ~Waiter();
    void leave();  // replies still to come will be dropped
    Connection& home;
    std::string* value = nullptr;  // of the one reply, or
    const Each* each = nullptr;    // who takes many
    uint64_t place;                // of the next reply
    size_t left;
    uint32_t heard;  // how many reads had brought something when it began
    Answer answer = {};
    bool done = false;
    bool follows = false;  // it waits for the event
    Event event;
  };

  Connection(Loop& loop, const Protocol& protocol, Duration timeout, Socket socket, Tally& words);

  bool greet(Time deadline, Failure& failure);
  [[gnu::noinline]] bool take_greetings();
  void perform(Waiter& mine, Time deadline);
  void send_all(const Waiter& mine, Time deadline);
  [[gnu::noinline]] bool write_out(Time deadline);
  void await(Waiter& mine, Time deadline);
  [[gnu::noinline]] bool read_some(Time deadline);
  [[gnu::noinline]] void deliver();
  void complete(Waiter& waiter, const ServerReply& reply);
  [[gnu::noinline]] void timed_out(Waiter& waiter);
  [[gnu::noinline]] void pass_on_reading();
  [[gnu::noinline]] void make_room(size_t wanted);
  void fail_pending();
  [[gnu::noinline]] void lose(int error);
  [[gnu::noinline]] void break_off();

  Waiter*& slot(uint64_t place) { return pending_[place & (pending_.size() - 1)]; }
  [[gnu::noinline]] void grow_pending();

  Loop& loop_;
  const Protocol& protocol_;
  const Duration timeout_;
  Tally& words_;
  const Socket socket_;
  const std::unique_ptr<Watch> watch_;  // goes before the socket does

  std::string out_;
  size_t sent_ = 0;  // of out_
  bool writing_ = false;
  uint32_t crowd_ = 0;  // above zero: others use this connection too, so wait a turn before sending

  std::vector<char> in_;
  size_t in_begin_ = 0, in_end_ = 0;
  int greetings_ = 0;  // replies to a greeting that come before those of the FIFO
  Failure unwelcome_;  // what the server said to one
  bool reading_ = false;
  bool more_ = false;  // the last read filled the buffer: there may be more without a new edge

  std::vector<Waiter*> pending_;   // a ring; null: timed out, the reply will be dropped
  uint64_t first_ = 0, next_ = 0;  // places in it, ever growing
  uint64_t answered_ = 0;          // of a broken one: first_ when it broke
  uint64_t refused_ = 0;           // answered with an error
  uint32_t heard_ = 0;
  int inside_ = 0;           // fibers
  int silent_timeouts_ = 0;  // since something was heard
  Time silent_since_ = {};
  bool broken_ = false;
};

}  // namespace hitbench
