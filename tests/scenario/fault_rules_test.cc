// What a scenario may break, and what the reader says about the rest. The real rules over the fake registry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/read.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// A scenario of ten seconds with these faults, and more members.
std::string with_faults(const std::string& faults, const std::string& more = "") {
  return R"({"measure": {"duration": "10s"}, "faults": [)" + faults + "]" + (more.empty() ? "" : ", " + more) + "}";
}

constexpr const char* kKill = R"({"at": "5s", "target": "cache", "action": "kill"})";
constexpr const char* kKillProcess = R"({"at": "5s", "target": "process", "action": "kill"})";

TEST(FaultRules, EveryFieldIsRead) {
  const Scenario scenario = read_one(with_faults(
      R"({"at": "5s", "target": "process", "index": 1, "action": "stop", "for": "1s"},
         {"at": "500ms", "target": "origin", "action": "slow", "by": "100ms", "for": "2s"})",
      R"("app": {"processes": 2})"));
  ASSERT_EQ(scenario.faults.size(), 2u);
  const Fault &stop = scenario.faults[0], &slow = scenario.faults[1];
  EXPECT_EQ(stop.target, Fault::Target::process);
  EXPECT_EQ(stop.index, 1);
  EXPECT_EQ(stop.action, Fault::Action::stop);
  EXPECT_EQ(stop.at, 5s);
  EXPECT_EQ(stop.lasts, 1s);
  EXPECT_EQ(slow.target, Fault::Target::origin);
  EXPECT_EQ(slow.by, 100ms);
  EXPECT_EQ(slow.end(), 2500ms);
}

TEST(FaultRules, WithoutForWhatWasKilledComesBackAtOnceAndTheRestLasts) {
  EXPECT_EQ(read_one(with_faults(kKill)).faults[0].lasts, 0s);
  EXPECT_EQ(read_one(with_faults(R"({"at": "5s", "target": "cache", "action": "stop"})")).faults[0].lasts, kForever);
}

TEST(FaultRules, FaultsAreMeasuredInOneRound) {
  EXPECT_EQ(read_one(with_faults(kKill)).rounds, 1);
  EXPECT_EQ(read_one(with_faults("")).rounds, 5) << "an empty list is none";
  EXPECT_THAT(fault_of(with_faults(kKill, R"("rounds": 2)")),
              AllOf(StartsWith("test.json: rounds: faults need one round"), HasSubstr("set rounds to 1")));
}

struct Refused {
  std::string faults, more, says;
};

TEST(FaultRules, WhatCannotBeIsRefusedWithItsPlace) {
  const std::vector<Refused> cases = {
      {R"({"at": "10s", "target": "cache", "action": "kill"})", "", "faults[0].at: 10s is not before the end"},
      {R"({"at": "5s", "target": "process", "index": 2, "action": "kill"})", R"("app": {"processes": 2})",
       "faults[0].index: there is no process 2: app.processes is 2"},
      {R"({"at": "5s", "target": "cache", "index": 1, "action": "kill"})", "", "faults[0].index: a row has one cache"},
      {R"({"at": "5s", "target": "origin", "action": "kill"})", "", "faults[0].action: an origin cannot be killed"},
      {R"({"at": "5s", "target": "cache", "action": "fail"})", "", "faults[0].action: a cache does not \"fail\""},
      {R"({"at": "5s", "target": "process", "action": "slow", "by": "1s"})", "", "faults[0].action: a process"},
      {R"({"at": "5s", "target": "cache", "action": "slow"})", "", "faults[0].by: is required"},
      {R"({"at": "5s", "target": "cache", "action": "stop", "by": "1s"})", "", "faults[0].by: is for the action slow"},
      {R"({"at": "5s", "target": "cache", "action": "stop", "for": "0s"})", "", "faults[0].for: must be"},
      {R"({"at": "5s", "action": "kill"})", "", "faults[0].target: is required"},
      {R"({"at": "5s", "target": "cash", "action": "kill"})", "", "faults[0].target: must be cache, origin or process"},
      {R"({"at": "5s", "target": "cache", "action": "kill", "fro": "1s"})", "", "faults[0].fro: unknown name"},
      {kKill, R"("caches": [{"type": "redis", "address": "redis://10.0.0.1"}])", "caches[0]: is your own server"},
      {kKill, R"("strategies": ["none"])", "faults[0].target: no row has a cache"},
      {R"({"at": "5s", "target": "origin", "action": "fail"})", R"("strategies": ["direct"])",
       "faults[0].target: no row has an origin"},
      {kKillProcess, R"("app": {"model": "thread"})", "app.model: a process is killed in model fiber only"},
      {kKillProcess, R"("workload": {"mix": {"read": 0.9, "insert": 0.1}})", "workload.mix.insert: a process"},
      {kKillProcess, R"("workload": {"absent": {"share": 0.1, "keys": "unique"}})", "workload.absent.keys: a process"},
  };
  for (const Refused& refused : cases) {
    EXPECT_THAT(fault_of(with_faults(refused.faults, refused.more)), StartsWith("test.json: " + refused.says))
        << refused.faults;
  }
}

TEST(FaultRules, AUsersServerIsSparedByFaultsOfOthers) {
  EXPECT_EQ(fault_of(with_faults(kKillProcess, R"("caches": ["redis://10.0.0.1"])")), "read without an error");
}

TEST(FaultRules, WhereOperationsDecideTheEndAFaultNeedsOneOfItsOwn) {
  const auto by_operations = [](const std::string& fault) {
    return R"({"measure": {"operations": 100}, "faults": [)" + fault + "]}";
  };
  EXPECT_EQ(fault_of(by_operations(kKill)), "read without an error");
  EXPECT_THAT(fault_of(by_operations(R"({"at": "5s", "target": "cache", "action": "stop"})")),
              StartsWith("test.json: faults[0].for: is required"));
}

TEST(FaultRules, FaultsOfOneTargetDoNotOverlap) {
  const std::string stop = R"({"at": "4s", "target": "cache", "action": "stop", "for": "2s"})";
  EXPECT_THAT(fault_of(with_faults(stop + "," + kKill)),
              StartsWith("test.json: faults[1]: begins before faults[0], of the same target, is over"));
  EXPECT_THAT(fault_of(with_faults(std::string(kKill) + "," + stop)),
              StartsWith("test.json: faults[0]: begins before"));
  EXPECT_THAT(fault_of(with_faults(std::string(kKill) + "," + kKill)), StartsWith("test.json: faults[1]: begins"));
  const std::string after = R"({"at": "6s", "target": "cache", "action": "kill"})";
  EXPECT_EQ(fault_of(with_faults(stop + "," + after)), "read without an error") << "one may end as the next begins";
  EXPECT_EQ(fault_of(with_faults(stop + "," + kKillProcess)), "read without an error");
}

TEST(FaultRules, ASetReachesIntoTheList) {
  EXPECT_EQ(read_one(with_faults(kKill), {"faults[0].for=3s"}).faults[0].lasts, 3s);
  EXPECT_THAT(fault_of(with_faults(kKill), {"faults[0].at=20s"}), HasSubstr("--set faults[0].at=20s"));
}

}  // namespace
}  // namespace hitbench
