// Stream sockets to servers on this machine or a numeric address: TCP and Unix. Names are not resolved, except
// "localhost": a resolver would wait outside of the loop. Clients connect on the loop; the parent, which asks servers
// for their figures between phases, connects and requests blockingly.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "io/loop.h"

namespace hitbench {

// Owns a descriptor.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() { close(); }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    if (this != &other) close();
    fd_ = std::exchange(other.fd_, fd_);
    return *this;
  }

  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void close();

 private:
  int fd_ = -1;
};

struct Address {
  bool unix = false;
  std::string host_or_path;  // "127.0.0.1", "::1", "localhost"; or the path of a Unix socket
  int port = 0;              // TCP only

  std::string text() const;  // "127.0.0.1:6379", "[::1]:6379", "unix:/tmp/redis.sock"
};

// A connected non-blocking socket, or why there is none ("127.0.0.1:6379: Connection refused").
struct Connected {
  Socket socket;
  std::string error;
  std::string reason = {};  // the error without the address
  bool timed_out = false;   // nobody answered; else somebody refused, or nobody is there
};

// On a fiber of `loop`; TCP sockets get TCP_NODELAY.
Connected connect(Loop& loop, const Address& address, Time deadline);

// Blocks the thread for at most `timeout`. The socket is non-blocking all the same.
Connected connect_blocking(const Address& address, Duration timeout);

// What a server answered to one request, or why there is no (whole) answer.
struct Reply {
  std::string text;
  std::string error;  // empty: `text` is whole
};

// INFO and `stats` have some KiB; what is longer than this has no end.
inline constexpr size_t kLongestReply = size_t{1} << 20;

// Sends `request` and reads until `is_whole(text so far)`, but no more than `bytes_max`; blocks the thread for at most
// `timeout`.
Reply request_blocking(const Socket& socket, std::string_view request,
                       const std::function<bool(std::string_view)>& is_whole, Duration timeout,
                       size_t bytes_max = kLongestReply);

}  // namespace hitbench
