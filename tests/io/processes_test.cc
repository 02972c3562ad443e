#include "io/processes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "io/child_process.h"
#include "io/run_directory.h"
#include "io/strays.h"

namespace hitbench {
namespace {

constexpr pid_t kNobody = 0x7ffffff0;

// A shell and what it started, which are there when it has spoken.
ServerProcess shell(const std::string& script, const std::string& log) {
  return ServerProcess({*find_program("sh"), "-c", script}, run_directory() + "/" + log);
}

void await_words(ServerProcess& process, const std::string& words) {
  while (process.log_tail().find(words) == std::string::npos && process.running()) usleep(1000);
}

TEST(Processes, AreKnownByParentGroupAndMemory) {
  const std::optional<Relation> own = relation_of(getpid());
  ASSERT_TRUE(own);
  EXPECT_EQ(own->parent, getppid());
  EXPECT_EQ(own->group, getpgrp());
  EXPECT_GT(rss_bytes(getpid()).value_or(0), 100'000u);
  EXPECT_TRUE(all_processes().contains(getpid()));
  EXPECT_FALSE(relation_of(kNobody));
  EXPECT_FALSE(rss_bytes(kNobody));
}

TEST(Processes, OfAGroupAreItsMembers) {
  ServerProcess wrapper = shell("sleep 1000 & echo ready; wait", "members.log");
  await_words(wrapper, "ready");
  const std::vector<pid_t> members = members_of(wrapper.pid());
  EXPECT_EQ(members.size(), 2u);
  EXPECT_THAT(members, testing::Contains(wrapper.pid()));
}

// As of a process that ends between open and read: there is a file, and reading it fails.
TEST(ProcText, IsEmptyWhereReadingFails) {
  EXPECT_EQ(proc_text("/proc/self/mem"), "");
  EXPECT_EQ(proc_text("/no/such/file"), "");
}

TEST(NumberedEntries, LeaveOutWhatIsNoNumber) {
  const std::string folder = run_directory() + "/entries";
  std::filesystem::create_directory(folder);
  for (const char* name : {"7", "12", "7a", "a7", "self"}) std::ofstream(folder + "/" + name).flush();
  EXPECT_THAT(numbered_entries(folder), testing::UnorderedElementsAre(7, 12));
  EXPECT_TRUE(numbered_entries(folder + "/none").empty());
}

// A grandchild that leaves the group is found and killed, one that stays is its group's.
TEST(Strays, AreDescendantsThatLeftTheGroup) {
  ServerProcess wrapper = shell("sleep 1000 & setsid sh -c 'echo $$ is away; exec sleep 1000' & wait", "strays.log");
  await_words(wrapper, "is away");
  const pid_t stray = std::stoi(wrapper.log_tail());
  EXPECT_NE(relation_of(stray).value().group, wrapper.pid());
  Strays(wrapper.pid()).kill();
  const auto is_over = [&] {
    const std::string stat = proc_text("/proc/" + std::to_string(stray) + "/stat");
    return stat.empty() || stat.find(") Z ") != std::string::npos;  // its parent has not asked for it yet
  };
  while (!is_over()) usleep(1000);
  EXPECT_TRUE(wrapper.running());
  EXPECT_EQ(members_of(wrapper.pid()).size(), 2u) << "the shell, and what stayed with it";
}

}  // namespace
}  // namespace hitbench
