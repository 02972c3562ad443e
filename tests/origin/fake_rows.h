// A small data set whose payloads say what they are, and a process of its own for part of a test.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "origin/origin.h"

namespace hitbench {

class FakeRows final : public Rows {
 public:
  explicit FakeRows(uint64_t count, uint64_t capacity = 0) : count_(count), capacity_(capacity ? capacity : count) {}

  uint64_t count() const override { return count_; }
  uint64_t capacity() const override { return capacity_; }
  void text(uint64_t id, std::string& out) const override { out = "key" + std::to_string(id); }
  void payload(uint64_t id, uint64_t write_id, std::string& out) const override {
    out = "row " + std::to_string(id) + " by write " + std::to_string(write_id);
  }

 private:
  uint64_t count_, capacity_;
};

// Runs `body` in a child, which leaves without destructors; expects it to end well.
template <class Body>
pid_t fork_child(const Body& body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  return child;
}

inline void expect_good_end(pid_t child) {
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
}

}  // namespace hitbench
