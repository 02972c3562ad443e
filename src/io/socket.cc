#include "io/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <thread>

namespace hitbench {
namespace {

// A socket address of any family, as the kernel wants it.
struct Endpoint {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

std::optional<Endpoint> unix_endpoint(const std::string& path) {
  Endpoint endpoint;
  auto& address = reinterpret_cast<sockaddr_un&>(endpoint.storage);
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  endpoint.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  return endpoint;
}

std::optional<Endpoint> tcp_endpoint(const std::string& host, int port) {
  Endpoint endpoint;
  if (port < 1 || port > 65535) return std::nullopt;
  const std::string numeric = host == "localhost" ? "127.0.0.1" : host;
  auto& v4 = reinterpret_cast<sockaddr_in&>(endpoint.storage);
  if (inet_pton(AF_INET, numeric.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(static_cast<uint16_t>(port));
    endpoint.size = sizeof v4;
    return endpoint;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(endpoint.storage);
  if (inet_pton(AF_INET6, numeric.c_str(), &v6.sin6_addr) != 1) return std::nullopt;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(static_cast<uint16_t>(port));
  endpoint.size = sizeof v6;
  return endpoint;
}

Connected failure(const Address& address, std::string_view reason) {
  return {Socket(), address.text() + ": " + std::string(reason), std::string(reason)};
}

Connected too_late(const Address& address) {
  Connected late = failure(address, "timed out while connecting");
  late.timed_out = true;
  return late;
}

// A Unix server that accepts nobody has no place left for those who wait, and its socket does not say when it has: it
// is asked again so often. TCP leaves that to the kernel.
constexpr Duration kAskFullEvery = std::chrono::milliseconds(1);

std::string_view bad_address(const Address& address) {
  if (address.unix) return "not a path of a Unix socket (1 to 107 bytes)";
  return "not a numeric address (or localhost) with a port from 1 to 65535";
}

// Begins to connect. `pending` says that the answer comes when the socket is writable, `full` that nobody else fits.
struct Begun {
  Connected result;
  bool pending = false;
  bool full = false;
};

Begun begin(const Address& address) {
  const std::optional<Endpoint> endpoint =
      address.unix ? unix_endpoint(address.host_or_path) : tcp_endpoint(address.host_or_path, address.port);
  if (!endpoint) return {failure(address, bad_address(address))};
  Socket socket(::socket(endpoint->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return {failure(address, std::strerror(errno))};
  if (!address.unix) {
    const int on = 1;
    setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  const int code = ::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&endpoint->storage), endpoint->size);
  if (code != 0 && errno == EAGAIN && address.unix) return {too_late(address), false, true};
  if (code != 0 && errno != EINPROGRESS) return {failure(address, std::strerror(errno))};
  return {{std::move(socket), ""}, code != 0};
}

Connected finish(Connected result, const Address& address) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(result.socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return failure(address, std::strerror(error));
  return result;
}

// Blocks the thread until the descriptor is ready or the time has passed.
bool await(int fd, short events, Time deadline) {
  while (true) {
    const Duration left = deadline - real_now();
    if (left.count() <= 0) return false;
    const timespec time = timespec_of(left);
    pollfd entry{fd, events, 0};
    const int ready = ppoll(&entry, 1, &time, nullptr);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

// "timed out", "Connection reset by peer"; empty when all was sent.
std::string send_all(int fd, std::string_view request, Time deadline) {
  while (!request.empty()) {
    const ssize_t sent = send(fd, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      request.remove_prefix(static_cast<size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      return std::strerror(errno);
    } else if (!await(fd, POLLOUT, deadline)) {
      return "timed out";
    }
  }
  return "";
}

}  // namespace

void Socket::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::string Address::text() const {
  if (unix) return "unix:" + host_or_path;
  const bool is_v6 = host_or_path.find(':') != std::string::npos;
  return (is_v6 ? "[" + host_or_path + "]" : host_or_path) + ":" + std::to_string(port);
}

Connected connect(Loop& loop, const Address& address, Time deadline) {
  Begun begun = begin(address);
  while (begun.full && loop.now() < deadline) {
    loop.sleep_until(std::min(deadline, loop.now() + kAskFullEvery));
    begun = begin(address);
  }
  if (!begun.pending) return std::move(begun.result);
  const std::unique_ptr<Watch> watch = loop.watch(begun.result.socket.fd());
  if (!loop.wait_writable(*watch, deadline)) return too_late(address);
  return finish(std::move(begun.result), address);
}

Connected connect_blocking(const Address& address, Duration timeout) {
  const Time deadline = real_now() + timeout;
  Begun begun = begin(address);
  while (begun.full && real_now() < deadline) {
    std::this_thread::sleep_for(kAskFullEvery);
    begun = begin(address);
  }
  if (!begun.pending) return std::move(begun.result);
  if (!await(begun.result.socket.fd(), POLLOUT, deadline)) return too_late(address);
  return finish(std::move(begun.result), address);
}

Reply request_blocking(const Socket& socket, std::string_view request,
                       const std::function<bool(std::string_view)>& is_whole, Duration timeout, size_t bytes_max) {
  const Time deadline = real_now() + timeout;
  Reply reply;
  reply.error = send_all(socket.fd(), request, deadline);
  std::array<char, 16384> buffer;
  while (reply.error.empty() && !is_whole(reply.text)) {
    const ssize_t got = recv(socket.fd(), buffer.data(), buffer.size(), 0);
    if (got > 0) {
      reply.text.append(buffer.data(), static_cast<size_t>(got));
      // A flood never lets it wait, so the clock is looked at here, too.
      if (reply.text.size() > bytes_max)
        reply.error = "its answer is longer than " + std::to_string(bytes_max) + " bytes";
      if (real_now() >= deadline) reply.error = "timed out";
    } else if (got == 0) {
      reply.error = "the server closed the connection";
    } else if (errno != EAGAIN && errno != EINTR) {
      reply.error = std::strerror(errno);
    } else if (!await(socket.fd(), POLLIN, deadline)) {
      reply.error = "timed out";
    }
  }
  return reply;
}

}  // namespace hitbench
