#include "server/tap.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <initializer_list>
#include <utility>

namespace hitbench {
namespace {

// Redis' protocol: an array of strings, so that a password may have any bytes.
std::string redis_request(std::initializer_list<std::string_view> words) {
  std::string request = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string_view word : words) {
    request += "$" + std::to_string(word.size()) + "\r\n";
    request += word;
    request += "\r\n";
  }
  return request;
}

// Sends it and takes the first line of the answer. False with a refusal where that is not `expected`.
bool ask_for(Tap& tap, std::string_view request, std::string_view expected, Duration timeout) {
  const auto has_line = [](std::string_view text) { return text.find('\n') != std::string_view::npos; };
  Reply reply = request_blocking(tap.socket, request, has_line, timeout);
  tap.refusal = reply.error;
  if (!reply.error.empty()) return false;
  const size_t end = reply.text.find('\n');
  std::string line = reply.text.substr(0, end);
  if (line.ends_with('\r')) line.pop_back();
  tap.received = reply.text.substr(end + 1);
  if (line == expected) return true;
  tap.refusal = line.starts_with('-') ? line.substr(1) : line;
  return false;
}

Tap connect_tap(const Address& address, Duration timeout) {
  Connected connected = connect_blocking(address, timeout);
  return {.socket = std::move(connected.socket), .received = "", .refusal = std::move(connected.reason)};
}

}  // namespace

Tap tap_redis(const Address& address, const std::string& password, Duration timeout) {
  Tap tap = connect_tap(address, timeout);
  if (!tap.refusal.empty()) return tap;
  if (!password.empty() && !ask_for(tap, redis_request({"AUTH", password}), "+OK", timeout)) return tap;
  ask_for(tap, redis_request({"MONITOR"}), "+OK", timeout);
  return tap;
}

Tap tap_memcached(const Address& address, Duration timeout) {
  Tap tap = connect_tap(address, timeout);
  if (!tap.refusal.empty() || ask_for(tap, "watch fetchers mutations deletions\r\n", "OK", timeout)) return tap;
  // Before 1.6.20 it knows no deletions, and then takes none of it.
  if (tap.refusal.starts_with("ERROR")) ask_for(tap, "watch fetchers mutations\r\n", "OK", timeout);
  return tap;
}

uint64_t memcached_dropped(const Address& address, Duration timeout) {
  constexpr std::string_view kName = "STAT log_worker_dropped ";
  const Connected connected = connect_blocking(address, timeout);
  if (!connected.error.empty()) return 0;
  const auto is_whole = [](std::string_view text) { return text.ends_with("END\r\n") || text.starts_with("ERROR"); };
  const std::string text = request_blocking(connected.socket, "stats\r\n", is_whole, timeout).text;
  const size_t at = text.find(kName);
  uint64_t count = 0;
  if (at != std::string::npos) std::from_chars(text.data() + at + kName.size(), text.data() + text.size(), count);
  return count;
}

bool receive(const Socket& socket, std::string& bytes, Duration timeout, std::string& why) {
  std::array<char, size_t{64} << 10> piece;
  pollfd entry{.fd = socket.fd(), .events = POLLIN, .revents = 0};
  const timespec time = timespec_of(std::max(timeout, Duration(0)));
  if (ppoll(&entry, 1, &time, nullptr) <= 0) return true;
  const ssize_t got = recv(socket.fd(), piece.data(), piece.size(), 0);
  if (got > 0) {
    bytes.append(piece.data(), static_cast<size_t>(got));
    return true;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  why = got == 0 ? "the server closed the connection" : std::strerror(errno);
  return false;
}

void TapLines::add(std::string_view bytes) {
  if (is_dropping_) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    is_dropping_ = end == bytes.size();
    bytes.remove_prefix(end);
  }
  buffer_.erase(0, std::exchange(begin_, 0));
  buffer_ += bytes;
}

bool TapLines::next(std::string_view& line) {
  const size_t end = buffer_.find('\n', begin_);
  if (end == std::string::npos) {
    is_dropping_ = is_dropping_ || buffer_.size() - begin_ > longest_;
    if (is_dropping_) buffer_.resize(std::min(buffer_.size(), begin_ + longest_));
    return false;
  }
  line = std::string_view(buffer_).substr(begin_, end - begin_);
  begin_ = end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with('+')) line.remove_prefix(1);
  line = line.substr(0, longest_);
  return true;
}

}  // namespace hitbench
