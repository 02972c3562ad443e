// A process's way to a twin's server, with what happens on the way to a real one (cache/connection.h and
// cache/connection_channel.h): a connection breaks when its server dies, or after three timeouts in a row, or silence
// for two; what is pending then fails. A channel makes the next one: the first call that finds it down connects, those
// who come meanwhile wait for that, and a server that refused is not tried again before a pause is over.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/tally.h"
#include "base/time.h"
#include "cache/connection_channel.h"
#include "cache/twin/twin_server.h"
#include "io/loop.h"

namespace hitbench {

// What all connections of a process share.
struct TwinContact {
  TwinContact(Loop& of_process, TwinServer& to, Duration timeout_of_calls, uint64_t seed)
      : loop(of_process), server(to), timeout(timeout_of_calls), contact(seed) {}

  // What a process needs for a call that is refused by a server that is down, one after the other: during a pause
  // between two attempts, and for an attempt. 50 clients in a closed loop over a killed redis and memcached failed
  // every 0.46 and 0.71 us, and with a connection for each call every 13 and 14 us (two cores of an Intel Xeon, one run
  // each). Without it, a client that only tries again would stop virtual time.
  static constexpr Duration kPaused{600};
  static constexpr Duration kAttempt{14'000};
  void pay(Duration cost, Time deadline);
  // Waits for the network's part of a TCP handshake; false, and noted, where the deadline comes first. A server that
  // hangs has one too, since the kernel takes the connection, and one that is down refuses by then. On a fiber.
  bool shake_hands(Time deadline);

  Loop& loop;
  TwinServer& server;
  const Duration timeout;
  ServerContact contact;
  Tally words;
  Time paid_until{};
};

class TwinConnection final : public TwinLink {
 public:
  explicit TwinConnection(TwinContact& home);
  ~TwinConnection() override;
  TwinConnection(const TwinConnection&) = delete;
  TwinConnection& operator=(const TwinConnection&) = delete;

  bool is_broken() const { return broken_; }
  bool is_in_use() const { return !waiting_.empty(); }
  bool is_closed_by_server() const { return life_ != home_.server.life() || !home_.server.is_up(); }

  // Sends the request and waits for its answer; TwinReply::none: it did not come. On a fiber.
  void exchange(TwinRequest request, TwinWait& wait, Time deadline);

  void server_died(Time now) override;

 private:
  void await(TwinWait& wait, uint64_t heard_before, uint64_t answers, Time deadline);
  void timed_out(const TwinWait& wait, uint64_t heard_before, uint64_t answers);
  uint64_t heard();
  void lose(const char* why);
  void break_off();

  TwinContact& home_;
  const uint64_t life_;
  std::vector<TwinWait*> waiting_;
  std::vector<Time> late_;   // when answers come that nobody waits for any more
  uint64_t heard_ = 0;       // answers
  int silent_timeouts_ = 0;  // since something was heard
  Time silent_since_{};
  bool broken_ = false;
};

class TwinChannel {
 public:
  explicit TwinChannel(TwinContact& home);

  // The connection, once it is up; to be used at once. Null: the server refused, or the deadline passed first.
  std::shared_ptr<TwinConnection> ready(Time deadline);

 private:
  bool is_up();
  void attempt(Time deadline);

  TwinContact& home_;
  std::shared_ptr<TwinConnection> current_;
  uint64_t looked_ = 0;      // at how many endings the connection was seen to be up
  bool connecting_ = false;  // a fiber is at it
  Event changed_;            // it stopped: with or without success
};

}  // namespace hitbench
