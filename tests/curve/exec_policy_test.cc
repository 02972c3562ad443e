#include "curve/exec_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "tests/curve/fake_trace.h"
#include "tests/curve/naive_cache.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

// The program that docs/curve.md shows.
std::string documented_lru() {
  std::ifstream file(HITBENCH_CURVE_PAGE);
  const std::string page{std::istreambuf_iterator<char>(file), {}}, start = "```python\n";
  const size_t at = page.find(start) + start.size();
  return page.substr(at, page.find("```\n", at) - at);
}

class ExecPolicy : public testing::Test {
 protected:
  void SetUp() override {
    signal(SIGPIPE, SIG_IGN);
    folder_ = testing::TempDir() + "exec-policy-" + std::to_string(getpid());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  ExecProgram program(const std::string& text, Duration patience = std::chrono::seconds(20)) const {
    const std::string path = folder_ + "/mine";
    std::ofstream(path) << text;
    chmod(path.c_str(), 0700);
    ExecProgram program = program_of(path);
    program.patience = patience;
    return program;
  }
  ExecProgram shell(const std::string& text, Duration patience = std::chrono::seconds(20)) const {
    return program("#!/bin/sh\n" + text + "\n", patience);
  }

  std::string why(const ExecProgram& program) const {
    const Replay replay = replay_of(trace_);
    try {
      ask_program(replay, program, 10, false);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  const FakeTrace trace_{random_requests(1, 50'000, 60, 0.1)};
  std::string folder_;
};

TEST_F(ExecPolicy, CountsTheHitsOfTheProgramThatThePageShows) {
  const Replay replay = replay_of(trace_);
  const LruHitsByEntries ours(replay);
  for (const uint64_t size : std::initializer_list<uint64_t>{1, 13, 60}) {
    EXPECT_EQ(ours.at(size).hits, ask_program(replay, program(documented_lru()), size, false).hits) << size;
  }
}

TEST_F(ExecPolicy, TellsTheSizeOfEachEntryByBytes) {
  const FakeTrace trace({{.key = 0}, {.key = 1}}, {7, 20});
  const Replay replay = replay_of(trace);
  const ExecProgram asks = shell("read a; [ \"$a\" = '0 10' ] && printf h; read a; [ \"$a\" = '1 23' ] && printf h");
  const SizeHits hits = ask_program(replay, asks, 10, true);
  EXPECT_EQ(2u, hits.hits);
  EXPECT_EQ(33u, hits.hit_bytes);
}

TEST_F(ExecPolicy, SaysThatAProgramEndedEarly) {
  EXPECT_THAT(why(shell("printf hm; exit 3")), HasSubstr("it ended with exit code 3 after 2 answers"));
  EXPECT_THAT(why(shell("while read -r line; do [ \"${line#-}\" = \"$line\" ] && printf m; done; exit 3")),
              HasSubstr("it ended with exit code 3 after its answers"));
  EXPECT_THAT(why(shell("kill -9 $$")), HasSubstr("signal 9 ended it after 0 answers"));
}

TEST_F(ExecPolicy, SaysThatAProgramDoesNotAnswer) {
  EXPECT_THAT(why(shell("exec sleep 100", std::chrono::milliseconds(100))), HasSubstr("no answer within 0.1 s"));
}

TEST_F(ExecPolicy, SaysThatAnAnswerIsNone) {
  EXPECT_THAT(why(shell("printf 'hx'; cat > /dev/null")), HasSubstr("answer 2 is the byte 0x78"));
}

TEST_F(ExecPolicy, SaysThatThereWereTooManyAnswers) {
  EXPECT_THAT(why(shell("cat > /dev/null; head -c 100000 /dev/zero | tr '\\0' h")),
              HasSubstr("it answered more often than it was asked"));
}

TEST_F(ExecPolicy, SaysThatAProgramCannotBeStarted) {
  EXPECT_THAT(why(program_of("/nowhere/mine")), HasSubstr("cannot start /nowhere/mine: No such file"));
  EXPECT_THAT(why(program("no shebang, so no program")), HasSubstr("Exec format error"));
  EXPECT_THROW(program_of("hitbench-no-such-program"), Error);
  EXPECT_THROW(program_of(" "), Error);
}

TEST_F(ExecPolicy, LeavesNoProcessBehind) {
  const std::string file = folder_ + "/pid";
  why(shell("echo $$ > " + file + "; exec sleep 100", std::chrono::milliseconds(200)));
  pid_t pid = 0;
  std::ifstream(file) >> pid;
  ASSERT_GT(pid, 0);
  EXPECT_EQ(-1, kill(pid, 0));
}

}  // namespace
}  // namespace hitbench
