// A server on a loopback socket that waits, by a clock of its own, before each reply. What it waited can be added to,
// but nothing that we measure may be shorter.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/wait.h>
#include <time.h>

#include <cerrno>

#include "metrics/histogram.h"
#include "tests/engine/own_server.h"

namespace hitbench {
namespace {

int64_t raw_clock_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &time);  // another than ours, which nobody sets
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void wait_by_the_raw_clock(int64_t delay_ns) {
  const int64_t end = raw_clock_ns() + delay_ns;
  for (int64_t left = delay_ns; left > 0; left = end - raw_clock_ns()) {
    const timespec time{left / 1'000'000'000, left % 1'000'000'000};
    nanosleep(&time, nullptr);
  }
}

// A Redis without a memory: answers a greeting at once, and a GET that nothing is there.
void answer_slowly(const Socket& client, int64_t delay_ns) {
  std::string asked;
  char bytes[4096];
  while (true) {
    const ssize_t n = recv(client.fd(), bytes, sizeof bytes, 0);
    if (n <= 0) return;
    asked.append(bytes, static_cast<size_t>(n));
    // One request at a time: no connection is shared.
    if (!asked.ends_with("\r\n")) continue;
    std::string reply = "+PONG\r\n";
    if (asked.find("INFO") != asked.npos) reply = "$0\r\n\r\n";
    if (asked.find("GET") != asked.npos) {
      wait_by_the_raw_clock(delay_ns);
      reply = "$-1\r\n";
    }
    asked.clear();
    send(client.fd(), reply.data(), reply.size(), MSG_NOSIGNAL);
  }
}

class SlowServer {
 public:
  explicit SlowServer(int64_t delay_ns) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    CHECK(bind(listener_.fd(), reinterpret_cast<sockaddr*>(&address), length) == 0);
    CHECK(listen(listener_.fd(), 64) == 0);
    CHECK(getsockname(listener_.fd(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
    pid_ = fork();
    if (pid_ == 0) serve(delay_ns);
  }
  ~SlowServer() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  int port() const { return port_; }

 private:
  // A process for each connection, which ends with it.
  [[noreturn]] void serve(int64_t delay_ns) const {
    signal(SIGCHLD, SIG_IGN);
    while (true) {
      const Socket client(accept(listener_.fd(), nullptr, nullptr));
      if (client.fd() < 0 || fork() != 0) continue;
      answer_slowly(client, delay_ns);
      _exit(0);
    }
  }

  Socket listener_;
  int port_ = 0;
  pid_t pid_ = -1;
};

RunResult run_on(const SlowServer& server, const std::string& members) {
  return run_text(changed(R"({"rounds": 1, "strategies": ["direct"], "warmup": {"operations": 0, "preload": 0},
    "caches": [{"type": "redis", "allow_evictions": true, "address": "redis://127.0.0.1:)" +
                              std::to_string(server.port()) + "\"}]}",
                          members))
      .runs.at(0);
}

void expect_at_least(int64_t delay_ns, const Percentiles& latency) {
  ASSERT_GT(latency.count, 0u);
  const Histogram histogram = Histogram::decode_v2(latency.histogram);
  EXPECT_GE(histogram.index_of_rank(1), Histogram::index_of(delay_ns)) << "the shortest";
  EXPECT_GE(latency.p50_ns.value_or(0), delay_ns);
  EXPECT_GE(latency.p90_ns.value_or(0), delay_ns);
  EXPECT_GE(latency.max_ns.value_or(0), delay_ns);
  EXPECT_GE(latency.mean_ns.value_or(0), static_cast<double>(delay_ns));
}

TEST(KnownDelay, OfAServerIsNeverUnderReported) {
  for (const int64_t delay_ns : {300'000, 5'000'000}) {
    const SlowServer server(delay_ns);
    for (const char* app : {R"({"clients": 4, "connections": 4})", R"({"clients": 4, "model": "thread"})",
                            R"({"clients": 4, "connections": 4, "poll": "spin"})"}) {
      for (const char* arrivals : {R"({"loop": "closed"})", R"({"loop": "open", "rate": 400})"}) {
        SCOPED_TRACE(testing::Message() << delay_ns << " ns, " << app << ", " << arrivals);
        const RunResult run = run_on(server, R"("measure": {"operations": 120}, "app": )" + std::string(app) +
                                                 R"(, "workload": {"keys": {"distribution": "uniform", "count": 10},
                                                    "arrivals": )" +
                                                 arrivals + "}");
        ASSERT_FALSE(run.skipped) << *run.skipped;
        EXPECT_EQ(run.reads.miss, 120u);
        expect_at_least(delay_ns, run.read.response);
        expect_at_least(delay_ns, run.read.service);
      }
    }
  }
}

// Due every 2.5 ms at a server that takes 5 ms for each: the n-th waits for all before it, n (5 - 2.5) + 2.5 ms in all.
TEST(KnownDelay, OfAQueueIsNeverUnderReported) {
  const SlowServer server(5'000'000);
  const RunResult run = run_on(server, R"("measure": {"operations": 100}, "app": {"clients": 1, "connections": 1},
    "workload": {"keys": {"distribution": "uniform", "count": 10},
                 "arrivals": {"loop": "open", "rate": 400, "process": "constant"}})");
  ASSERT_FALSE(run.skipped) << *run.skipped;
  const Histogram responses = Histogram::decode_v2(run.read.response.histogram);
  for (const uint64_t n : {1u, 50u, 90u, 100u}) {
    EXPECT_GE(responses.index_of_rank(n), Histogram::index_of(static_cast<int64_t>(n) * 2'500'000 + 2'500'000)) << n;
  }
}

}  // namespace
}  // namespace hitbench
