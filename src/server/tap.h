// Listening in on a user's server: what others ask it for, one line a request, by Redis' MONITOR or memcached's watch.
// Nothing is set on the server: it all ends with the connection. For commands; blocks the thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "io/socket.h"

namespace hitbench {

// A connection on which lines come, or why there is none.
struct Tap {
  Socket socket;
  std::string received;  // of the lines already
  std::string refusal;   // "NOAUTH Authentication required.", "Connection refused", "timed out"
};

// An empty password is none.
Tap tap_redis(const Address& address, const std::string& password, Duration timeout);
// Gets, stores and, from 1.6.20 on, deletions.
Tap tap_memcached(const Address& address, Duration timeout);

// How many lines a memcached has lost so far without telling its watchers, since its threads' logs were full (stats,
// log_worker_dropped). 0 if it does not say.
uint64_t memcached_dropped(const Address& address, Duration timeout);

// Appends what has come to `bytes`; waits for it up to `timeout`, or a signal. False when the connection has ended, and
// `why` then says it in the system's words.
bool receive(const Socket& socket, std::string& bytes, Duration timeout, std::string& why);

// Makes lines of what was received.
class TapLines {
 public:
  // The rest of a line that is longer is dropped.
  explicit TapLines(size_t longest) : longest_(longest) {}

  void add(std::string_view bytes);
  // The next whole line, without its end and without the + that Redis puts before it; valid until `add`. False where
  // there is none yet.
  bool next(std::string_view& line);

 private:
  const size_t longest_;
  std::string buffer_;
  size_t begin_ = 0;          // of what has not been given
  bool is_dropping_ = false;  // up to the next end of a line
};

}  // namespace hitbench
