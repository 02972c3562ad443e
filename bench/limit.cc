// The machine's limit for a load generator: a bare epoll loop that sends GETs encoded beforehand and counts replies. No
// histogram, no key choice at run time, no strategy: nothing can be cheaper per operation with these system calls.
//
//   limit redis|memcached HOST:PORT|/unix/socket CONNECTIONS DEPTH SECONDS [KEYS]      (sets the keys first)
//
// Prints operations per second and the client's CPU time per operation (user + system, getrusage).
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kValueBytes = 100;
constexpr size_t kBufferBytes = 1 << 16;

struct Options {
  bool redis = true;
  std::string address;
  int connections = 50;
  int depth = 1;  // requests sent in one go on each connection
  double seconds = 1;
  int keys = 10000;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int dial_unix(const std::string& path) {
  sockaddr_un to{.sun_family = AF_UNIX, .sun_path = {}};
  path.copy(to.sun_path, sizeof to.sun_path - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) fail("connect");
  return fd;
}

int dial(const std::string& address) {
  if (address[0] == '/') return dial_unix(address);
  const size_t colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(colon + 1))));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) fail("connect");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// 16 bytes, as long as hitbench's keys in this comparison.
std::string key(int i) { return "limit:" + std::to_string(1000000000 + i); }

std::string bulk(const std::string& text) { return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n"; }

std::string encode_get(bool redis, int i) {
  return redis ? "*2\r\n$3\r\nGET\r\n" + bulk(key(i)) : "mg " + key(i) + " v\r\n";
}

std::string encode_set(bool redis, int i) {
  const std::string value(kValueBytes, 'x');
  if (redis) return "*3\r\n$3\r\nSET\r\n" + bulk(key(i)) + bulk(value);
  return "ms " + key(i) + " " + std::to_string(value.size()) + "\r\n" + value + "\r\n";
}

void preload(int fd, const Options& options) {
  std::array<char, 64> reply{};
  for (int i = 0; i < options.keys; ++i) {
    const std::string set = encode_set(options.redis, i);
    if (send(fd, set.data(), set.size(), 0) < 0 || recv(fd, reply.data(), reply.size(), 0) <= 0) fail("preload");
  }
}

// The length of the reply at [p, end), or 0 while it is incomplete. Redis: "$100\r\n<100>\r\n"; memcached: "VA
// 100\r\n...".
size_t reply_length(bool redis, const char* p, const char* end) {
  const size_t left = static_cast<size_t>(end - p);
  const char* eol = static_cast<const char*>(std::memchr(p, '\n', left));
  if (eol == nullptr) return 0;
  const long digits = std::strtol(p + (redis ? 1 : 3), nullptr, 10);
  const size_t total = static_cast<size_t>(eol - p) + 1 + static_cast<size_t>(std::max(digits, 0L)) + 2;
  return left >= total ? total : 0;
}

struct Connection {
  int fd;
  int waiting = 0;  // replies still to come in this batch
  size_t used = 0;
  std::vector<char> in = std::vector<char>(kBufferBytes);
};

class Bench {
 public:
  explicit Bench(const Options& options) : options_(options) {
    for (int i = 0; i < options.connections; ++i) connections_.push_back({.fd = dial(options.address)});
    preload(connections_[0].fd, options);
    encode_batches();
    for (Connection& connection : connections_) {
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
      epoll_ctl(poll_, EPOLL_CTL_ADD, connection.fd, &event);
    }
  }
  ~Bench() {
    for (Connection& connection : connections_) close(connection.fd);
    close(poll_);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  // Returns the number of replies.
  int64_t run(Clock::time_point stop) {
    for (Connection& connection : connections_) ask(connection);
    std::vector<epoll_event> events(256);
    while (Clock::now() < stop) {
      const int ready = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 100);
      for (int i = 0; i < ready; ++i) answer(*static_cast<Connection*>(events[static_cast<size_t>(i)].data.ptr));
    }
    return done_;
  }

 private:
  void encode_batches() {
    for (int i = 0; i < options_.keys; ++i) {
      std::string batch;
      for (int d = 0; d < options_.depth; ++d) batch += encode_get(options_.redis, (i + d * 7919) % options_.keys);
      batches_.push_back(batch);
    }
  }

  void ask(Connection& connection) {
    const std::string& batch = batches_[next_++ % batches_.size()];
    const ssize_t sent = send(connection.fd, batch.data(), batch.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(batch.size())) fail("send");
    connection.waiting = options_.depth;
  }

  void answer(Connection& connection) {
    char* in = connection.in.data();
    const ssize_t received = recv(connection.fd, in + connection.used, connection.in.size() - connection.used, 0);
    if (received <= 0) fail("recv");
    connection.used += static_cast<size_t>(received);
    size_t at = 0;
    while (const size_t length = reply_length(options_.redis, in + at, in + connection.used)) {
      at += length;
      --connection.waiting;
      ++done_;
    }
    std::memmove(in, in + at, connection.used - at);
    connection.used -= at;
    if (connection.waiting == 0) ask(connection);
  }

  const Options options_;
  std::vector<Connection> connections_;
  std::vector<std::string> batches_;  // every batch of `depth` requests, encoded beforehand
  int poll_ = epoll_create1(0);
  size_t next_ = 0;
  int64_t done_ = 0;
};

double cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return 1e6 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: limit redis|memcached ADDRESS CONNECTIONS DEPTH SECONDS [KEYS]\n");
    return 2;
  }
  const Options options{.redis = std::string(argv[1]) == "redis",
                        .address = argv[2],
                        .connections = std::stoi(argv[3]),
                        .depth = std::stoi(argv[4]),
                        .seconds = std::stod(argv[5]),
                        .keys = argc > 6 ? std::stoi(argv[6]) : 10000};
  Bench bench(options);
  const double cpu_before = cpu_us();
  const Clock::time_point start = Clock::now();
  const std::chrono::duration<double> length(options.seconds);
  const double done = static_cast<double>(bench.run(start + std::chrono::duration_cast<Clock::duration>(length)));
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("ops_per_s %.0f client_cpu_us_per_op %.3f\n", done / seconds, (cpu_us() - cpu_before) / done);
}
