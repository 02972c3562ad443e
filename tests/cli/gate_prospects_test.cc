#include "cli/gate_prospects.h"

#include <gmock/gmock.h>

#include "metrics/histogram.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::Not;

// A trial of so many reads, each of which takes longer than the one before.
Result trial_of(int reads) {
  Histogram histogram;
  for (int i = 0; i < reads; ++i) histogram.record(1'000'000 + 1000 * i);
  RunResult run;
  run.operations = static_cast<uint64_t>(reads);
  run.loop = "closed";
  run.read.response.count = run.operations;
  run.read.response.histogram = histogram.encode_v2();
  Result trial;
  trial.runs = {run};
  return trial;
}

std::string words(int reads, const std::string& metric, double operations, int pairs = 10) {
  return prospects(trial_of(reads), {parse_criterion(metric)}, {.pairs = pairs, .operations = operations});
}

TEST(GateProspects, SayWhichSlotsAreTooShort) {
  EXPECT_THAT(words(2000, "read.response.p99", 500), HasSubstr("cannot judge read.response.p99"));
}

// Ten thousand reads would tell a p99; a trial of fifty has nothing beyond it.
TEST(GateProspects, AreUnknownWhereTheTrialWasTooShort) {
  const std::string said = words(50, "read.response.p99", 10'000);
  EXPECT_THAT(said, HasSubstr("unknown for read.response.p99: the trial was too short"));
  EXPECT_THAT(said, Not(HasSubstr("at best")));
  EXPECT_THAT(words(20'000, "read.response.p99", 10'000), HasSubstr("at best: read.response.p99 "));
}

TEST(GateProspects, HaveNoExponent) {
  EXPECT_THAT(words(20'000, "read.response.p50=150%", 1000), testing::ContainsRegex("read.response.p50 1[0-9]* %"));
}

}  // namespace
}  // namespace hitbench
