#include "io/socket.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <thread>

#include "io/child_process.h"
#include "io/run_directory.h"

namespace hitbench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// A listener on a port of its own; the kernel completes connections without an accept.
struct Listener {
  Listener() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    EXPECT_EQ(bind(socket.fd(), reinterpret_cast<sockaddr*>(&name), size), 0);
    EXPECT_EQ(listen(socket.fd(), 8), 0);
    EXPECT_EQ(getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&name), &size), 0);
    address = {false, "127.0.0.1", ntohs(name.sin_port)};
  }
  Socket accept_one() const { return Socket(accept(socket.fd(), nullptr, nullptr)); }

  Socket socket;
  Address address;
};

bool ends_with_newline(std::string_view text) { return text.ends_with("\n"); }

TEST(Address, NamesItselfAsAUserWouldTypeIt) {
  EXPECT_EQ((Address{false, "127.0.0.1", 6379}).text(), "127.0.0.1:6379");
  EXPECT_EQ((Address{false, "::1", 6379}).text(), "[::1]:6379");
  EXPECT_EQ((Address{true, "/tmp/redis.sock"}).text(), "unix:/tmp/redis.sock");
}

TEST(Socket, ConnectsOnTheLoopWithoutDelay) {
  const Listener listener;
  const std::unique_ptr<Loop> loop = Loop::real();
  loop->spawn([&] {
    const Address by_name{false, "localhost", listener.address.port};
    for (const Address& address : {listener.address, by_name}) {
      const Connected made = connect(*loop, address, loop->now() + seconds(20));
      ASSERT_EQ(made.error, "");
      int nodelay = 0;
      socklen_t size = sizeof nodelay;
      getsockopt(made.socket.fd(), IPPROTO_TCP, TCP_NODELAY, &nodelay, &size);
      EXPECT_NE(nodelay, 0);
    }
  });
  loop->run();
}

TEST(Socket, SaysWhyItDidNotConnect) {
  const Address closed{false, "127.0.0.1", free_port()};
  const std::unique_ptr<Loop> loop = Loop::real();
  loop->spawn([&] {
    const Connected made = connect(*loop, closed, loop->now() + seconds(20));
    EXPECT_FALSE(made.socket.is_open());
    EXPECT_EQ(made.error, closed.text() + ": Connection refused");
  });
  loop->run();
  EXPECT_THAT(connect_blocking(closed, seconds(20)).error, HasSubstr("refused"));
  EXPECT_THAT(connect_blocking({true, "/nowhere/at/all"}, seconds(20)).error, HasSubstr("No such file"));
  EXPECT_THAT(connect_blocking({true, std::string(200, 'x')}, seconds(20)).error, HasSubstr("107 bytes"));
  EXPECT_THAT(connect_blocking({false, "example.org", 80}, seconds(20)).error, HasSubstr("numeric"));
  EXPECT_THAT(connect_blocking({false, "127.0.0.1", 0}, seconds(20)).error, HasSubstr("port"));
}

TEST(Socket, ConnectsToAUnixSocket) {
  const std::string path = std::filesystem::temp_directory_path() / ("io_test." + std::to_string(getpid()));
  const Socket listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  ASSERT_EQ(bind(listener.fd(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  ASSERT_EQ(listen(listener.fd(), 8), 0);
  EXPECT_EQ(connect_blocking({true, path}, seconds(20)).error, "");
  std::filesystem::remove(path);
}

TEST(Socket, AsksAndReadsAWholeAnswerBlockingly) {
  const Listener listener;
  std::thread server([&] {
    const Socket peer = listener.accept_one();
    char request[4] = {};
    EXPECT_EQ(recv(peer.fd(), request, 4, MSG_WAITALL), 4);
    EXPECT_EQ(send(peer.fd(), "PO", 2, 0), 2);
    EXPECT_EQ(send(peer.fd(), "NG\n", 3, 0), 3);
  });
  const Connected made = connect_blocking(listener.address, seconds(20));
  const Reply reply = request_blocking(made.socket, "PING", ends_with_newline, seconds(20));
  server.join();
  EXPECT_EQ(reply.error, "");
  EXPECT_EQ(reply.text, "PONG\n");
}

TEST(Socket, GivesUpOnASilentOrClosingServer) {
  const Listener listener;
  const Connected made = connect_blocking(listener.address, seconds(20));
  EXPECT_EQ(request_blocking(made.socket, "PING", ends_with_newline, milliseconds(5)).error, "timed out");
  shutdown(listener.accept_one().fd(), SHUT_RDWR);
  EXPECT_NE(request_blocking(made.socket, "", ends_with_newline, seconds(20)).error, "");
}

// A Unix server that accepts nobody has no room left: whoever comes waits, as with TCP, and is not refused.
TEST(Socket, WaitsForARoomInAFullUnixServerAndIsRefusedByADeadOne) {
  const Address address{true, run_directory() + "/full.sock"};
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, address.host_or_path.data(), address.host_or_path.size());
  Socket listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(bind(listener.fd(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  ASSERT_EQ(listen(listener.fd(), 0), 0);
  const std::unique_ptr<Loop> loop = Loop::real();
  loop->spawn([&] {
    std::vector<Socket> queued;
    Connected made;
    Time deadline;
    do {
      deadline = loop->now() + milliseconds(20);
      made = connect(*loop, address, deadline);
      if (made.socket.is_open()) queued.push_back(std::move(made.socket));
    } while (made.error.empty());
    EXPECT_TRUE(made.timed_out) << made.error;
    EXPECT_GE(loop->now(), deadline);
    deadline = loop->now() + milliseconds(20);
    EXPECT_TRUE(connect_blocking(address, milliseconds(20)).timed_out) << "whoever has no loop waits, too";
    EXPECT_GE(loop->now(), deadline);
    loop->spawn([&] { Socket(accept(listener.fd(), nullptr, nullptr)); });
    EXPECT_EQ(connect(*loop, address, loop->now() + seconds(600)).error, "") << "there is room now";
    listener.close();
    for (const bool gone : {false, true}) {
      if (gone) std::filesystem::remove(address.host_or_path);
      const Connected refused = connect(*loop, address, kNever);
      EXPECT_FALSE(refused.socket.is_open());
      EXPECT_FALSE(refused.timed_out);
      EXPECT_THAT(refused.error, HasSubstr(gone ? "No such file" : "refused"));
    }
  });
  loop->run();
}

}  // namespace
}  // namespace hitbench
