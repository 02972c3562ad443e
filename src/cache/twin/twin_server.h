// The server of a twin: what was sent to it waits in one FIFO queue before its threads, is served for a time that is
// drawn, and is answered. It has no fiber. A request's place in the schedule is known when it is sent, because all of
// them take the same time on their way there; what is due by then is carried out, in the order of the queue, whenever
// somebody looks at the server: a client that gets its answer, a fault, a question about its memory.
//
// A request's kind (a hit, a miss) and size, by which its times are drawn, are those of the moment when it is sent. It
// takes effect when its service begins. All that its round trip has beyond the least is on the way back. Of the round
// trip over a network half is before the queue and the rest behind it, so it keeps no thread of the server.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/key.h"
#include "base/rng.h"
#include "base/time.h"
#include "cache/twin/service_station.h"
#include "cache/twin/twin_queue.h"
#include "cache/twin/twin_setting.h"
#include "cache/twin/twin_store.h"
#include "io/loop.h"

namespace hitbench {

enum class TwinVerb : uint8_t { get, set, add, erase, erase_if, erase_version, get_many, script, greet };

// What it refers to lies with the client, until that leaves.
struct TwinRequest {
  TwinVerb verb;
  Bytes key = {};
  Bytes value = {};  // set, add; of erase_if the token
  Duration ttl = kForever;
  uint64_t version = 0;                                       // erase_version
  std::span<const Key> keys = {};                             // get_many
  std::function<void(TwinQueueData&, Time now)> script = {};  // owns what it needs
  bool connects = false;                                      // over a connection of its own
};

enum class TwinReply : uint8_t { none, value, stored, not_stored, refused };

struct TwinCommand;

// A client's wait for an answer. It lies on the client's fiber, which tells the server when it leaves.
struct TwinWait {
  struct Found {
    bool hit;
    size_t begin, size;  // in `value`
  };

  // Set by the client.
  std::string* value = nullptr;         // where values go; of get and get_many
  std::vector<Found>* found = nullptr;  // of get_many, in the order of the keys
  // Set by the server.
  Time served = kNever;    // its service ends
  Time reply_at = kNever;  // the answer is here
  TwinReply reply = TwinReply::none;
  uint64_t version = 0;
  std::string_view refusal = {};   // in the server's words
  bool lost = false;               // with the connection
  TwinCommand* command = nullptr;  // while it waits at the server
  Event changed;                   // reply_at or `lost` is another than it was
};

// A request at the server.
struct TwinCommand {
  TwinRequest request;
  TwinWait* wait = nullptr;  // null: the client has left
  Node guess = kNoNode;      // the key's number when it was sent
  Time arrival = {};
  Time begin = kNever;  // of its service; kNever while the server is stopped
  Duration service{0}, way_back{0};
  // Once the client has left.
  std::vector<std::string> texts = {};
  std::vector<Key> keys = {};
};

// A connection: told when the server has died.
class TwinLink {
 public:
  virtual ~TwinLink() = default;
  virtual void server_died(Time now) = 0;
};

class TwinServer {
 public:
  TwinServer(TwinSetting setting, uint64_t seed);

  const TwinSetting& setting() const { return setting_; }

  // Everybody who talks to it is on one loop, and attached while they do.
  void attach(Loop& loop, uint32_t connections);
  void detach(uint32_t connections);
  void add_link(TwinLink& link) { links_.push_back(&link); }
  void remove_link(TwinLink& link) { std::erase(links_, &link); }

  // While it is up. The answer is in `wait` from wait.reply_at on, once advance() was called then.
  void send(TwinRequest request, TwinWait& wait, Time now);
  void leave(TwinWait& wait);
  // Carries out what has begun by `now`.
  void advance(Time now);

  bool is_up() const { return up_; }
  // Counts its lives: a connection is to one of them.
  uint64_t life() const { return life_; }

  // Faults, at the present time of the loop.
  void kill();
  void start_again();
  void stop();
  void go_on();

  BackendUsage usage();

 private:
  Time now();
  TwinStore& entries(Time now);
  void draw_times(TwinCommand& command);
  void place(TwinCommand& command);
  void carry_out(TwinCommand& command);
  void look_up(const TwinCommand& command);
  void look_up_many(const TwinCommand& command);
  TwinReply store(const TwinCommand& command, std::string_view& refusal);
  bool erase_what_holds(const TwinRequest& request, Time at);

  const TwinSetting setting_;
  const Duration least_way_there_;  // over loopback
  const Duration way_there_;        // and half the network's round trip
  Rng rng_;
  ServiceStation station_;
  std::unique_ptr<TwinStore> store_;  // made when somebody asks for it: by then all are attached
  TwinQueueData queue_;
  uint64_t empty_bytes_ = 0;          // what it takes without an entry
  std::deque<TwinCommand> commands_;  // not begun yet, in their order
  std::vector<TwinLink*> links_;
  uint64_t served_ = 0;  // in this life
  bool up_ = true, stopped_ = false;
  uint64_t life_ = 0;
  Loop* loop_ = nullptr;
  uint64_t connections_ = 0;  // of all who are attached; each has one or more
  Time last_{};
};

}  // namespace hitbench
