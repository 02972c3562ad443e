#include "workers/worker_messages.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace hitbench {

bool write_all(int fd, const void* data, size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

bool read_all(int fd, void* data, size_t size, Time deadline) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - real_now()).count();
    if (deadline != kNever && left <= 0) return false;
    const int rc = poll(&ready, 1, deadline == kNever ? -1 : static_cast<int>(std::min<int64_t>(left, 1 << 30)));
    if (rc <= 0) continue;  // a timeout, or a signal: whoever waits for one looks for it between short waits
    const ssize_t n = recv(fd, at, size, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

bool send_message(int fd, std::string_view bytes) {
  const uint64_t size = bytes.size();
  return write_all(fd, &size, sizeof size) && write_all(fd, bytes.data(), bytes.size());
}

std::string read_message(int fd, Time deadline) {
  uint64_t size = 0;
  if (!read_all(fd, &size, sizeof size, deadline)) return {};
  std::string bytes(size, '\0');
  return read_all(fd, bytes.data(), size, deadline) ? bytes : std::string();
}

std::string error_reply(const Error& error) {
  const char cause = error.cause() == Error::Cause::environment ? 'w'
                     : error.cause() == Error::Cause::usage     ? 'u'
                                                                : 's';
  return cause + std::string(error.what()) + '\0' + error.remedy();
}

std::string keys_left_reply(uint64_t keys) {
  return "k" + std::string(reinterpret_cast<const char*>(&keys), sizeof keys);
}

uint64_t keys_left_in(std::string_view reply) {
  uint64_t keys = 0;
  if (reply.front() == 'k' && reply.size() == 1 + sizeof keys) std::memcpy(&keys, reply.data() + 1, sizeof keys);
  return keys;
}

PhaseOutcome outcome_of(std::string_view reply) {
  if (reply.front() == 'o' || reply.front() == 'd') return PhaseOutcome::from_bytes(reply.substr(1));
  const auto cause = reply.front() == 'w'   ? Error::Cause::environment
                     : reply.front() == 'u' ? Error::Cause::usage
                                            : Error::Cause::unavailable;
  const size_t end = reply.find('\0');
  throw Error(cause, std::string(reply.substr(1, end - 1)), std::string(reply.substr(end + 1)));
}

bool Inbox::fill(int fd) {
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t n = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n > 0) {
      bytes_.append(buffer.data(), static_cast<size_t>(n));
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
      return false;
    } else if (errno == EAGAIN) {
      return true;
    }
  }
}

std::optional<std::string> Inbox::take() {
  uint64_t size = 0;
  if (bytes_.size() < sizeof size) return std::nullopt;
  std::memcpy(&size, bytes_.data(), sizeof size);
  if (bytes_.size() - sizeof size < size) return std::nullopt;
  std::string message = bytes_.substr(sizeof size, size);
  bytes_.erase(0, sizeof size + size);
  return message;
}

}  // namespace hitbench
