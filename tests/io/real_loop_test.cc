// The real loop over socket pairs. Deadlines are generous: no wall-clock figure decides a test.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "io/loop.h"

namespace hitbench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class RealLoop : public testing::TestWithParam<Loop::Poll> {
 protected:
  void SetUp() override { ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0); }
  void TearDown() override {
    for (const int end : ends) {
      if (end >= 0) close(end);
    }
  }

  std::string receive(Watch& watch, int fd, size_t wanted) {
    std::string text;
    while (text.size() < wanted) {
      char buffer[4096];
      const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
      if (got > 0) text.append(buffer, static_cast<size_t>(got));
      if (got == 0) break;
      if (got < 0 && !loop->wait_readable(watch, loop->now() + seconds(20))) break;
    }
    return text;
  }

  void send_all(Watch& watch, int fd, const std::string& text) {
    for (size_t sent = 0; sent < text.size();) {
      const ssize_t took = send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (took > 0) sent += static_cast<size_t>(took);
      if (took < 0 && !loop->wait_writable(watch, loop->now() + seconds(20))) return;
    }
  }

  std::unique_ptr<Loop> loop = Loop::real(GetParam());
  int ends[2] = {-1, -1};
};
INSTANTIATE_TEST_SUITE_P(Polls, RealLoop, testing::Values(Loop::Poll::sleep, Loop::Poll::spin),
                         [](const auto& param) { return param.param == Loop::Poll::spin ? "Spin" : "Sleep"; });

TEST_P(RealLoop, CarriesMoreThanASocketBufferBothWays) {
  const std::string text(3'000'000, 'x');
  std::string got[2];
  std::unique_ptr<Watch> watches[2] = {loop->watch(ends[0]), loop->watch(ends[1])};
  for (size_t side : {0u, 1u}) {
    loop->spawn([&, side] { send_all(*watches[side], ends[side], text); });
    loop->spawn([&, side] { got[side] = receive(*watches[side], ends[side], text.size()); });
  }
  loop->run();
  EXPECT_EQ(got[0], text);
  EXPECT_EQ(got[1], text);
}

TEST_P(RealLoop, RemembersReadinessThatCameEarlier) {
  const std::unique_ptr<Watch> watch = loop->watch(ends[0]);
  ASSERT_EQ(send(ends[1], "x", 1, 0), 1);
  loop->spawn([&] {
    for (int i = 0; i < 200; ++i) loop->yield();  // polls at least twice
    EXPECT_TRUE(loop->wait_readable(*watch, kNever));
  });
  loop->run();
}

TEST_P(RealLoop, WhatIsReadyComesTooLateWhereTheDeadlineHasPassed) {
  const std::unique_ptr<Watch> watch = loop->watch(ends[0]);
  ASSERT_EQ(send(ends[1], "x", 1, 0), 1);
  loop->spawn([&] {
    for (int i = 0; i < 200; ++i) loop->yield();  // polls at least twice
    EXPECT_FALSE(loop->wait_readable(*watch, loop->now()));
    EXPECT_TRUE(loop->wait_readable(*watch, kNever)) << "it is not forgotten";
  });
  loop->run();
}

TEST_P(RealLoop, TimesOutOfReadingAndCanReadAfterwards) {
  const std::unique_ptr<Watch> watch = loop->watch(ends[0]);
  loop->spawn([&] {
    const Time deadline = loop->now() + milliseconds(2);
    EXPECT_FALSE(loop->wait_readable(*watch, deadline));
    EXPECT_GE(loop->now(), deadline);
    EXPECT_EQ(send(ends[1], "y", 1, 0), 1);
    EXPECT_EQ(receive(*watch, ends[0], 1), "y");
  });
  loop->run();
}

TEST_P(RealLoop, WakesAReaderWhenTheOtherEndCloses) {
  const std::unique_ptr<Watch> watch = loop->watch(ends[0]);
  loop->spawn([&] { EXPECT_EQ(receive(*watch, ends[0], 1), ""); });
  loop->spawn([&] {
    loop->yield();
    close(std::exchange(ends[1], -1));
  });
  loop->run();
}

TEST_P(RealLoop, StarvesNeitherTimersNorDescriptorsWhileAFiberYieldsForEver) {
  for (const bool always : {true, false}) {
    const std::unique_ptr<Watch> watch = loop->watch(ends[0]);
    bool slept = false;
    std::string got;
    loop->spawn([&] {
      while (!slept || got.empty()) always ? loop->yield() : static_cast<void>(loop->yield_unless_waited());
    });
    loop->spawn([&] {
      loop->sleep_until(loop->now() + microseconds(500));
      slept = true;
      EXPECT_EQ(send(ends[1], "z", 1, 0), 1);
    });
    loop->spawn([&] { got = receive(*watch, ends[0], 1); });
    loop->run();
    EXPECT_EQ(got, "z");
  }
}

// Turns are counted, not timed: on a slow machine the loop looks earlier.
TEST_P(RealLoop, LooksAtDescriptorsEvery256TurnsAndEvery64WhileATimerIsSet) {
  for (const bool timer : {false, true}) {
    const std::unique_ptr<Watch> watch = loop->watch(ends[0]);
    bool got = false;
    int turns = 0;
    Loop::Group sleeper = 0;
    if (timer) sleeper = loop->spawn_group([&] { loop->sleep_until(loop->now() + seconds(60)); });
    loop->spawn([&] { got = receive(*watch, ends[0], 1) == "z"; });
    loop->spawn([&] {
      loop->yield();  // the others wait now
      EXPECT_EQ(send(ends[1], "z", 1, 0), 1);
      while (!got) {
        loop->yield();
        ++turns;
      }
      if (timer) loop->cancel(sleeper);
    });
    loop->run();
    EXPECT_LE(turns, timer ? 64 : 256);
  }
}

TEST_P(RealLoop, NeverWakesASleeperEarly) {
  loop->spawn([&] {
    for (const int delay_us : {1, 30, 100, 2000}) {
      const Time due = loop->now() + microseconds(delay_us);
      loop->sleep_until(due);
      EXPECT_GE(loop->now(), due);
    }
  });
  loop->run();
}

// A machine that is busy may let the time pass in a single poll, which is none in vain; but not again and again.
TEST_P(RealLoop, CountsWhatItSpinsBeforeASleepEnds) {
  loop->spawn([&] {
    for (int i = 0; i < 1000 && loop->spun() == Duration{0}; ++i) loop->sleep_until(loop->now() + microseconds(50));
  });
  loop->run();
  EXPECT_GT(loop->spun(), Duration{0});
}

TEST_P(RealLoop, CountsAFiberThatDoesNotYieldAsAGap) {
  loop->spawn([&] {
    for (const Time end = loop->now() + milliseconds(10); loop->now() < end;) {
    }
    loop->yield();
    loop->yield();
  });
  loop->run();
  loop->spawn([&] { loop->sleep_until(loop->now() + microseconds(1)); });
  loop->run();
  EXPECT_GE(loop->longest_gap(), milliseconds(10));
  loop->reset_gap();
  EXPECT_EQ(loop->longest_gap(), Duration{0});
}

// A process of its own is stopped in the middle of its only wait, with a deadline or without.
TEST_P(RealLoop, CountsAStopOfTheProcessAsAGapEvenWhileNothingIsDue) {
  for (const bool has_deadline : {true, false}) {
    const pid_t child = fork();
    if (child == 0) {
      const std::unique_ptr<Loop> its = Loop::real(GetParam());
      const std::unique_ptr<Watch> watch = its->watch(ends[0]);
      char got = 0;
      its->spawn([&] {
        send(ends[0], "!", 1, 0);
        its->wait_readable(*watch, has_deadline ? its->now() + seconds(20) : kNever);
        recv(ends[0], &got, 1, 0);
      });
      its->run();
      _exit(got == '?' && its->longest_gap() >= milliseconds(200) - Loop::kLongestSleep ? 0 : 1);
    }
    char waits = 0;
    while (recv(ends[1], &waits, 1, 0) != 1) usleep(1000);
    usleep(30'000);
    kill(child, SIGSTOP);
    int status = 0;
    waitpid(child, &status, WUNTRACED);
    usleep(200'000);
    kill(child, SIGCONT);
    send(ends[1], "?", 1, 0);
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "deadline " << has_deadline;
  }
}

TEST(RealLoopSleep, SpinsNothingWhileNothingIsDue) {
  const std::unique_ptr<Loop> loop = Loop::real();
  Event never;
  loop->spawn([&] { loop->wait(never, loop->now() + milliseconds(100)); });
  loop->run();
  EXPECT_LT(loop->spun(), milliseconds(50));
}

TEST_P(RealLoop, UnwindsAReaderBeforeItsWatchIsDestroyed) {
  loop->spawn([&] {
    const std::unique_ptr<Watch> watch = loop->watch(ends[0]);
    loop->wait_readable(*watch, kNever);
  });
  loop->spawn([&] { throw std::string("stop"); });
  EXPECT_THROW(loop->run(), std::string);
}

// A reading takes longer than an instruction; where it took more than 10 us, nothing could be measured.
TEST(CostOfReadings, GrowsWithTheirNumber) {
  EXPECT_GE(Loop::cost_of_readings(1000), microseconds(1));
  EXPECT_LT(Loop::cost_of_readings(1000), milliseconds(10));
  EXPECT_EQ(Loop::cost_of_readings(2000), 2 * Loop::cost_of_readings(1000));
}

}  // namespace
}  // namespace hitbench
