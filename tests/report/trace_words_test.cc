// What the line about a workload says of a recorded trace.
#include <gtest/gtest.h>

#include <string>

#include "metrics/result.h"
#include "report/findings.h"

namespace hitbench {
namespace {

std::string line_of(const std::string& of_trace, const std::string& more = R"("strategies": [{"ttl": "1min"}])") {
  Result result;
  result.scenario_json = R"({"workload": {"trace": {"file": "a.csv", "requests": 40, "keys": 4, "sized_keys": 4)" +
                         of_trace + "}}, " + more + "}";
  return workload_words(result);
}

TEST(TraceWords, SayOfHowManyKeysTheTtlIsRecorded) {
  const std::string begin = "a.csv: 40 requests to 4 keys, at its own pace, values as recorded; ";
  EXPECT_EQ(line_of(R"(, "pace": 1, "ttl_keys": 3)"), begin + "TTLs as recorded for 3 of 4 keys, else TTL 1min");
  EXPECT_EQ(line_of(R"(, "pace": 1, "ttl_keys": 4)"), begin + "TTLs as recorded for 4 of 4 keys");
  EXPECT_EQ(line_of(R"(, "pace": 1, "ttl_keys": 0)"), begin + "TTL 1min");
  EXPECT_EQ(line_of(R"(, "pace": 1)"), begin + "TTL 1min") << "of an earlier version";
  EXPECT_EQ(line_of(R"(, "ttl_keys": 3)", R"("strategies": [{"ttl": "none"}])"),
            begin + "TTLs as recorded for 3 of 4 keys, else no TTL");
  EXPECT_EQ(line_of(R"(, "ttl_keys": 3)", R"("strategies": [{"type": "none"}])"),
            "a.csv: 40 requests to 4 keys, at its own pace, values as recorded");
  EXPECT_EQ(line_of(R"(, "pace": 10, "ttl_keys": 4)"),
            "a.csv: 40 requests to 4 keys, at 10 times its pace, values as recorded; TTLs as recorded for 4 of 4 keys, "
            "at that pace");
}

TEST(TraceWords, SayThatItIsASample) {
  EXPECT_EQ(
      line_of(R"(, "sample": 0.1)"),
      "a.csv: 40 requests to 4 keys, at its own pace, values as recorded; 10 % of the keys (by hash), cache sizes "
      "scaled alike: rates and loads per second are of the sample; TTL 1min");
  EXPECT_EQ(line_of(R"(, "sample": 1)"), line_of(""));
}

// What is known of a swept trace is of its first point.
TEST(TraceWords, CountNothingOfATraceThatIsSwept) {
  EXPECT_EQ(line_of(R"(, "sample": 0.1, "ttl_keys": 3)",
                    R"("strategies": [{"ttl": "1min"}], "sweep": {"workload.trace.sample": [0.1, 0.5]})"),
            "a.csv, at its own pace, values as recorded; a share (0.1/0.5) of the keys (by hash), cache sizes scaled "
            "alike: rates and loads per second are of the sample; TTLs as recorded, else TTL 1min");
}

}  // namespace
}  // namespace hitbench
