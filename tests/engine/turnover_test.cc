// A server whose LRU is too coarse for the speed of the run: the rule at its limits, on figures that are made up here,
// and real servers that replace all they hold many times a second.
#include "engine/turnover.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/cache/servers_fixture.h"
#include "tests/engine/quiet_evidence.h"
#include "tests/engine/scenario_text.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A row of ten seconds.
struct Replaced {
  uint64_t entries = 1000;
  uint64_t evictions = 2001;  // in 4.9975 s as many as it holds
  Duration least = 5s;
  std::string cache = R"("redis")";
  std::string workload = R"({"arrivals": {"loop": "closed"}})";
};

std::vector<Doubt> warnings(const Replaced& row) {
  const std::vector<RowPlan> rows =
      plan_of(R"({"strategies": ["cache-aside"], "caches": [)" + row.cache + R"(], "workload": )" + row.workload + "}");
  const PhaseOutcome outcome;
  RunResult result;
  result.hit_ratio = 0.6;
  result.backend.entries = row.entries;
  result.backend.evictions = row.evictions;
  Evidence evidence = quiet_evidence(rows.front(), outcome);
  evidence.measured = 10s;
  evidence.coarse_uses = CoarseUses{row.least, "its clock is slow"};
  judge_turnover(evidence, result);
  EXPECT_TRUE(result.validity.valid);
  return result.validity.warnings;
}

TEST(Turnover, IsTooFastBelowTheServersLimit) {
  EXPECT_THAT(warnings({.evictions = 2000}), IsEmpty()) << "1,000 entries, 200 evictions/s: 5 s";
  EXPECT_THAT(warnings({.evictions = 2001}), ElementsAre(doubt("fast-turnover", HasSubstr("200 evictions/s"))));
  EXPECT_THAT(warnings({.evictions = 2000, .least = 60s}),
              ElementsAre(doubt("fast-turnover", HasSubstr("60 s at least"))));
  EXPECT_THAT(warnings({.entries = 12'000, .evictions = 2000, .least = 60s}), IsEmpty()) << "60 s";
  EXPECT_THAT(warnings({.entries = 11'999, .evictions = 2000, .least = 60s}), ElementsAre(doubt("fast-turnover")));
}

TEST(Turnover, SentenceHasTheFiguresTheReasonAndTheLimit) {
  EXPECT_THAT(warnings({.entries = 26'638, .evictions = 216'496}),
              ElementsAre(doubt("fast-turnover", AllOf(HasSubstr("within 1.2 s"), HasSubstr("26,638 entries"),
                                                       HasSubstr("21,650 evictions/s"), HasSubstr("its clock is slow"),
                                                       HasSubstr("5 s at least")))));
}

TEST(Turnover, OfAServerThatEvictsNothingIsNone) {
  EXPECT_THAT(warnings({.evictions = 0}), IsEmpty());
  EXPECT_THAT(warnings({.entries = 0, .evictions = 0}), IsEmpty());
}

TEST(Turnover, RemedyIsThatOfTheWorkloadAndTheServer) {
  const auto says = [](const Replaced& row, const char* words) {
    EXPECT_THAT(warnings(row), ElementsAre(doubt("fast-turnover", HasSubstr(words))));
  };
  says({}, "workload.arrivals.think");
  says({}, "\"memory\"");
  says({.cache = R"("redis://127.0.0.1:1")"}, "give the server more memory");
  says({.workload = R"({"arrivals": {"loop": "open", "rate": 1000}})"}, "workload.arrivals.rate");
  says({.workload = R"({"arrivals": {"loop": "barrier", "every": "1s"}})"}, "workload.arrivals.every");
}

TEST(Turnover, OfATraceAtItsOwnPaceIsTheApplications) {
  const std::string trace = run_directory() + "/turnover.log";
  std::ofstream(trace) << R"(::1 - - [29/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 5)"
                       << "\n"
                       << R"(::1 - - [29/Nov/2026:10:00:09 +0000] "GET /b HTTP/1.1" 200 5)"
                       << "\n";
  const auto at_pace = [&](const std::string& pace) {
    return warnings({.workload = R"({"trace": {"file": ")" + trace + R"(", "pace": )" + pace + "}}"});
  };
  EXPECT_THAT(at_pace("1"), IsEmpty());
  EXPECT_THAT(at_pace("0.5"), IsEmpty());
  EXPECT_THAT(at_pace("2"), ElementsAre(doubt("fast-turnover", HasSubstr("\"pace\": 1"))));
  EXPECT_THAT(at_pace("\"closed\""), ElementsAre(doubt("fast-turnover", HasSubstr("\"pace\": 1"))));
}

// Twenty thousand keys, of which a twentieth fits, each as likely as any other: nine of ten reads at least evict
// something. So what it holds is replaced ten times or more, and Redis would need a minute to do that slowly enough.
RunResult run_on(const std::string& cache) {
  return run_text(R"({"rounds": 1, "strategies": [{"type": "cache-aside", "ttl": "none"}],
    "workload": {"keys": {"distribution": "uniform", "count": 20000}, "value_bytes": 8000},
    "origin": {"type": "simulated", "latency": "0s", "concurrency": 64},
    "app": {"clients": 4}, "warmup": {"operations": 5000}, "measure": {"operations": 20000}, "caches": [)" +
                  cache + "]}")
      .runs.at(0);
}

void expect_warning(const std::string& cache, bool warned) {
  const RunResult run = run_on(cache);
  ASSERT_FALSE(run.skipped) << *run.skipped;
  ASSERT_GT(run.backend.evictions.value_or(0), 15'000u) << cache;
  ASSERT_LT(run.backend.entries.value_or(20'000), 1'500u) << cache;
  if (warned) {
    EXPECT_THAT(run.validity.warnings, Contains(doubt("fast-turnover"))) << cache;
  } else {
    EXPECT_THAT(run.validity.warnings, Not(Contains(doubt("fast-turnover")))) << cache;
  }
}

TEST(Turnover, OfARealRedisIsTooFastForItsLruOnly) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  expect_warning(R"({"type": "redis", "memory": "8MiB"})", true);
  expect_warning(R"({"type": "redis", "memory": "8MiB", "policy": "allkeys-random"})", false);
  // What the server was told otherwise counts.
  expect_warning(R"({"type": "redis", "memory": "8MiB", "args": ["--maxmemory-policy", "allkeys-random"]})", false);
}

TEST(Turnover, OfARealMemcachedIsTooFastForItsFlatLruOnly) {
  if (const std::string why = missing(Kind::memcached); !why.empty()) GTEST_SKIP() << why;
  expect_warning(R"({"type": "memcached", "memory": "8MiB", "args": ["-o", "no_modern"]})", true);
  expect_warning(R"({"type": "memcached", "memory": "8MiB", "args": ["-o", "no_lru_maintainer"]})", true);
  expect_warning(R"({"type": "memcached", "memory": "8MiB"})", false);
}

}  // namespace
}  // namespace hitbench
