// A connection's greeting, and its account of requests, against a listener that the test itself speaks for.
#include "cache/connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>

#include "cache/redis/codec.h"
#include "io/child_process.h"
#include "io/loop.h"
#include "io/processes.h"
#include "io/run_directory.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

const std::string kAuth = "*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n";
const std::string kGet = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n";

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    static int number = 0;
    address_ = {.unix = true, .host_or_path = run_directory() + "/listener-" + std::to_string(++number)};
    sockaddr_un where{.sun_family = AF_UNIX, .sun_path = {}};
    address_.host_or_path.copy(where.sun_path, sizeof where.sun_path - 1);
    EXPECT_EQ(bind(listener_.fd(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
    EXPECT_EQ(listen(listener_.fd(), 8), 0);
  }

  // On the server's fiber: what came so far, once something has; then it answers.
  std::string receive_and_say(const std::string& answer) {
    const Time end = loop_->now() + 10s;
    while (!peer_.is_open() && loop_->now() < end) {
      peer_ = Socket(accept(listener_.fd(), nullptr, nullptr));
      if (!peer_.is_open()) loop_->sleep_until(loop_->now() + 1ms);
    }
    std::string got(1 << 16, '\0');
    ssize_t count = -1;
    while (count < 0 && loop_->now() < end) {
      count = recv(peer_.fd(), got.data(), got.size(), MSG_DONTWAIT);
      if (count < 0) loop_->sleep_until(loop_->now() + 1ms);
    }
    got.resize(count > 0 ? static_cast<size_t>(count) : 0);
    send(peer_.fd(), answer.data(), answer.size(), MSG_NOSIGNAL);
    return got;
  }

  Time in(Duration time) { return loop_->now() + time; }

  std::unique_ptr<Connection> open_unasked() {
    return Connection::open_unasked(*loop_, address_, protocol_, 10s, in(10s), words_, failure_);
  }

  Connection::Answer get(Connection& connection, Duration patience = 10s) {
    protocol_.get(connection.out(), {"", "k"});
    return connection.exchange(in(patience), value_);
  }

  const std::unique_ptr<Loop> loop_ = Loop::real();
  const RedisProtocol protocol_{{.password = "pw", .database = 0}};
  Address address_;
  Socket listener_, peer_;
  Tally words_;
  Connection::Failure failure_;
  std::string value_;
};

TEST_F(ConnectionTest, SendsItsPasswordTogetherWithTheFirstRequest) {
  std::string first, second;
  loop_->spawn([&] {
    first = receive_and_say("+OK\r\n$3\r\none\r\n");
    second = receive_and_say("$3\r\ntwo\r\n");
  });
  loop_->spawn([&] {
    const auto connection = open_unasked();
    EXPECT_EQ(get(*connection).kind, ServerReply::Kind::value);
    EXPECT_EQ(value_, "one");
    EXPECT_EQ(get(*connection).kind, ServerReply::Kind::value);
    EXPECT_EQ(value_, "two");
    EXPECT_EQ(connection->traffic().begun, 2u);
    EXPECT_EQ(connection->traffic().completed, 2u);
  });
  loop_->run();
  EXPECT_EQ(first, kAuth + kGet);
  EXPECT_EQ(second, kGet);
}

TEST_F(ConnectionTest, TakesAGreetingsReplyInPieces) {
  loop_->spawn([&] {
    receive_and_say("+O");
    loop_->sleep_until(in(2ms));
    send(peer_.fd(), "K\r\n$3\r\no", 8, MSG_NOSIGNAL);
    loop_->sleep_until(in(2ms));
    send(peer_.fd(), "ne\r\n", 4, MSG_NOSIGNAL);
  });
  loop_->spawn([&] {
    const auto connection = open_unasked();
    EXPECT_EQ(get(*connection).kind, ServerReply::Kind::value);
    EXPECT_EQ(value_, "one");
  });
  loop_->run();
}

TEST_F(ConnectionTest, FailsItsRequestsWhereItIsNotWelcome) {
  loop_->spawn([&] { receive_and_say("-WRONGPASS no\r\n$3\r\none\r\n"); });
  loop_->spawn([&] {
    const auto connection = open_unasked();
    EXPECT_EQ(get(*connection).kind, ServerReply::Kind::error);
    EXPECT_TRUE(connection->is_broken());
    EXPECT_EQ(connection->traffic().begun, 1u);
    EXPECT_EQ(connection->traffic().completed, 0u);
  });
  loop_->run();
}

TEST_F(ConnectionTest, WaitsForItsGreetingWhereItIsOpenedAheadOfTheFirstRequest) {
  std::string asked;
  loop_->spawn([&] { asked = receive_and_say("+OK\r\n+PONG\r\n"); });
  loop_->spawn(
      [&] { EXPECT_NE(Connection::open(*loop_, address_, protocol_, 10s, in(10s), words_, failure_), nullptr); });
  loop_->run();
  EXPECT_EQ(asked, kAuth + "*1\r\n$4\r\nPING\r\n");
}

TEST_F(ConnectionTest, SaysHowItWasRefusedWhereItIsOpenedAheadOfTheFirstRequest) {
  loop_->spawn([&] { receive_and_say("-WRONGPASS no\r\n+PONG\r\n"); });
  loop_->spawn(
      [&] { EXPECT_EQ(Connection::open(*loop_, address_, protocol_, 10s, in(10s), words_, failure_), nullptr); });
  loop_->run();
  EXPECT_NE(failure_.error.find("it answers \"WRONGPASS no\""), std::string::npos) << failure_.error;
  EXPECT_NE(failure_.remedy, "");
}

TEST_F(ConnectionTest, KeepsTheServersWords) {
  loop_->spawn([&] { receive_and_say("+OK\r\n-OOM command not allowed\r\n"); });
  loop_->spawn([&] {
    const auto connection = open_unasked();
    EXPECT_EQ(get(*connection).kind, ServerReply::Kind::error);
    EXPECT_FALSE(connection->is_broken());
  });
  loop_->run();
  ASSERT_EQ(words_.entries().size(), 1u);
  EXPECT_EQ(words_.entries()[0].text, "OOM command not allowed");
  EXPECT_EQ(words_.entries()[0].count, 1u);
}

TEST_F(ConnectionTest, EndsWithAnAnswerToNothing) {
  loop_->spawn([&] { receive_and_say("+OK\r\n$3\r\none\r\n$3\r\ntwo\r\n"); });
  loop_->spawn([&] {
    const auto connection = open_unasked();
    EXPECT_EQ(get(*connection).kind, ServerReply::Kind::value);
    EXPECT_EQ(value_, "one");
    EXPECT_TRUE(connection->is_broken()) << "the next request would get it";
  });
  loop_->run();
  ASSERT_EQ(words_.entries().size(), 1u);
  EXPECT_NE(words_.entries()[0].text.find("two"), std::string::npos);
}

TEST_F(ConnectionTest, CountsAsCompletedWhatWasAnsweredWithoutAnError) {
  loop_->spawn([&] {
    receive_and_say("+OK\r\n$-1\r\n");
    receive_and_say("-OOM no\r\n");
    receive_and_say("");
    peer_.close();
  });
  loop_->spawn([&] {
    const auto connection = open_unasked();
    EXPECT_EQ(get(*connection).kind, ServerReply::Kind::not_stored);
    EXPECT_EQ(get(*connection).kind, ServerReply::Kind::error);
    EXPECT_EQ(get(*connection).kind, ServerReply::Kind::error);
    EXPECT_TRUE(connection->is_broken());
    EXPECT_EQ(connection->traffic().begun, 3u);
    EXPECT_EQ(connection->traffic().completed, 1u);
  });
  loop_->run();
}

TEST_F(ConnectionTest, GivesNoMemoryForWhatAServerOnlyAnnounces) {
  constexpr uint64_t kAnnounced = 30'000'000;
  const uint64_t before = rss_bytes(getpid()).value();
  loop_->spawn([&] { receive_and_say("+OK\r\n$" + std::to_string(kAnnounced) + "\r\nabc"); });
  loop_->spawn([&] {
    const auto connection = open_unasked();
    EXPECT_EQ(get(*connection, 50ms).kind, ServerReply::Kind::error);
    EXPECT_LT(rss_bytes(getpid()).value(), before + kAnnounced / 2);
  });
  loop_->run();
}

TEST_F(ConnectionTest, TakesTheLargestValueOfAWorkload) {
  const std::string largest(16'000'000, 'x');
  loop_->spawn([&] {
    receive_and_say("+OK\r\n$" + std::to_string(largest.size()) + "\r\n");
    for (size_t at = 0; at < largest.size();) {
      const ssize_t count = send(peer_.fd(), largest.data() + at, largest.size() - at, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count > 0) at += static_cast<size_t>(count);
      loop_->sleep_until(loop_->now() + 10us);
    }
    send(peer_.fd(), "\r\n", 2, MSG_NOSIGNAL);
  });
  loop_->spawn([&] {
    const auto connection = open_unasked();
    EXPECT_EQ(get(*connection, 60s).kind, ServerReply::Kind::value);
    EXPECT_EQ(value_, largest);
  });
  loop_->run();
}

}  // namespace
}  // namespace hitbench
