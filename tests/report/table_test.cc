#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "report/layout.h"
#include "report/report.h"
#include "tests/report/golden.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

size_t widest_line(const std::string& text) {
  size_t widest = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    widest = std::max(widest, display_width(text.substr(at, end - at)));
    at = end + 1;
  }
  return widest;
}

TEST(Table, OfTwoCachesAndTheBaseline) {
  EXPECT_EQ(report_table(sample::two_caches(), {.width = 100}), golden("two_caches.txt"));
}

TEST(Table, OfSkippedInvalidAndFailedRowsWithWrites) {
  EXPECT_EQ(report_table(sample::troubled(), {.width = 110}), golden("troubled.txt"));
  EXPECT_EQ(report_table(sample::troubled(), {.width = 110, .details = true}), golden("troubled.details.txt"));
}

TEST(Table, OfANarrowAsciiTerminalAndOfAWideOneInColor) {
  EXPECT_EQ(report_table(sample::troubled(), {.width = 80, .utf8 = false}), golden("troubled.80.txt"));
  EXPECT_EQ(report_table(sample::troubled(), {.color = true, .width = 160}), golden("troubled.160.txt"));
}

TEST(Table, OfASweepOverTwoOrigins) {
  EXPECT_EQ(report_table(sample::swept(), {.width = 100}), golden("swept.txt"));
  EXPECT_EQ(report_table(sample::swept(), {.width = 100, .details = true}), golden("swept.details.txt"));
}

// As `text` would be with other names of the same length.
std::string renamed(std::string text) {
  const std::pair<std::string, std::string> names[] = {
      {"none/none", "bare/none"}, {"cache-aside/", "read-around/"},   {"direct/", "lookup/"},
      {"/memory", "/onheap"},     {"of memory", "of onheap"},         {"/sqlite", "/mytabl"},
      {"/slow", "/none"},         {"origin sqlite", "origin mytabl"}, {"origin slow", "origin none"}};
  for (const auto& [from, to] : names) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

TEST(Table, SaysTheSameOfPartsThatAreRenamed) {
  Result result = sample::swept();
  for (RunResult& run : result.runs) {
    run.name = renamed(run.name);
    if (run.has_cache()) run.cache = "onheap";
    if (run.has_origin()) run.origin = run.origin == "sqlite" ? "mytabl" : "none";
    run.strategy = run.name.substr(0, run.name.find('/'));
  }
  EXPECT_EQ(report_table(result, {.width = 100, .details = true}), renamed(golden("swept.details.txt")));
}

TEST(Table, AfterAFaultSaysHowLongItTook) {
  const std::string text = report_table(sample::recovered(), {.width = 110, .details = true});
  const size_t at = text.find("After the fault\n");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(text.substr(at, text.find("\n\n", at) + 1 - at), golden("recovered.txt"));
  EXPECT_THAT(report_markdown(sample::recovered(), {}),
              HasSubstr("| cache-aside/redis | 91.8 | 2.00 s | 500 ms | did not get worse |"));
}

TEST(Table, AnOldResultHasItsRecoveryFromTheFaultOn) {
  Result result = sample::two_caches();
  result.runs[1].recovery = {.baseline_hit_ratio = 0.918, .hit_ratio_ns = 2'500'000'000, .origin_loads_peak_s = 6130};
  EXPECT_THAT(report_markdown(result, {}),
              HasSubstr("| cache-aside/redis | 91.8 | 2.50 s from the fault on | 6,130 |"));
}

TEST(Table, ReadsThatTheOriginAnsweredForAFailedCacheHaveAColumnWhereThereAreSome) {
  Result result = sample::two_caches();
  result.runs[1].misses.first = 0;
  EXPECT_THAT(report_markdown(result, {}), AllOf(HasSubstr("Why reads missed"), Not(HasSubstr("cache failed"))));
  result.runs[1].misses.unavailable = result.runs[1].reads.miss;
  EXPECT_THAT(report_markdown(result, {}), HasSubstr("| cache failed |"));
  EXPECT_THAT(report_markdown(result, {}), HasSubstr("| 100.0 % |"));
}

TEST(Table, ARowThatFailsIsNoTimesQuickerThanTheOneWithoutACache) {
  Result result = sample::two_caches();
  const auto is_told = [&] {
    const std::string text = report_markdown(result, {});
    const size_t at = text.find("| cache-aside/redis |");
    const bool times = text.substr(at, text.find('\n', at) - at).ends_with("x |");
    EXPECT_EQ(text.find("not determined** cache-aside/redis") == std::string::npos, times) << text;
    return times;
  };
  EXPECT_TRUE(is_told());
  result.runs[1].reads.failed = result.runs[1].reads.fresh_hit / 10;  // because it is asked to: it is valid
  EXPECT_FALSE(is_told());
}

TEST(Table, AWholeModifyHasASectionWhereThereAreSome) {
  Result result = sample::two_caches();
  EXPECT_THAT(report_table(result, {.details = true}), Not(HasSubstr("Modify")));
  result.runs[1].modify.response = {.count = 40, .p50_ns = 1'900'000};
  const std::string text = report_table(result, {.details = true});
  const size_t at = text.find("Modify response, from the read to the end of the write, closed loop\n");
  ASSERT_NE(at, std::string::npos);
  EXPECT_THAT(text.substr(at), HasSubstr("  cache-aside/redis         40  1.90 ms"));
}

TEST(Table, ATailStandsBesideWhatTheMachineDid) {
  const std::string text = report_table(sample::observed(), {.width = 140, .details = true});
  const size_t at = text.find("Uncertainty");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(text.substr(at, text.find("\n\n", at) + 1 - at), golden("observed.txt"));
  EXPECT_THAT(text,
              HasSubstr("fiber clients, spinning between replies, achieved concurrency 49.8, clients in operations "
                        "at least 99.6 %"));
  EXPECT_THAT(report_table(sample::two_caches(), {.details = true}), Not(HasSubstr("Uncertainty")))
      << "no observer: an older result";
}

TEST(Table, WithoutACacheNothingExpires) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) {
    run.origin_load.queued = 1;
    run.origin_load.loads_per_expiry = run.cache == "none" ? 200 : 1.25;
  }
  EXPECT_THAT(report_table(result, {.width = 140, .details = true}), HasSubstr("1.25"));
  EXPECT_THAT(report_table(result, {.width = 140, .details = true}), Not(HasSubstr("200.00"))) << "of an older result";
}

TEST(Table, WithoutABaselineClaimsNoFactor) {
  Result result = sample::two_caches();
  result.runs.erase(result.runs.begin());
  const std::string text = report_table(result, {.details = true});
  EXPECT_THAT(text, HasSubstr("8,200         -\n"));
  EXPECT_THAT(text, Not(HasSubstr("Does the cache pay")));
  EXPECT_THAT(report_table(result, {}), Not(HasSubstr("cache\n"))) << "the last head of the first table";
}

TEST(Table, NoLineIsWiderThanTheTerminal) {
  Result troubled = sample::troubled();
  const std::string monster = "cache-aside/" + std::string(150, 'x') + "µ";
  troubled.runs.push_back(sample::run(monster, {}));
  troubled.runs.back().validity.warnings = {
      {"client-bound", std::string(300, 'w') + " and words " + std::string(90, 'v')}};
  troubled.question = std::string(200, 'q');
  for (const Result& result : {sample::two_caches(), troubled, sample::swept(), sample::observed()}) {
    for (int width = 80; width <= 200; width += 3) {
      for (const bool color : {false, true}) {
        const std::string text = report_table(result, {.color = color, .width = width, .details = true});
        EXPECT_LE(widest_line(text), static_cast<size_t>(width)) << width;
      }
    }
  }
}

TEST(Table, IsColouredOnlyWhenAsked) {
  EXPECT_THAT(report_table(sample::troubled(), {}), Not(HasSubstr("\033")));
  EXPECT_THAT(report_table(sample::troubled(), {.color = true}), HasSubstr("\033[31mINVALID\033[0m"));
}

TEST(Table, ShowsOnlyTheChosenRowsInTheirOrder) {
  const std::string text = report_table(sample::two_caches(), {.rows = {"cache-aside/memcached", "none/none"}});
  EXPECT_LT(text.find("  cache-aside/memcached  "), text.find("  none/none  "));
  EXPECT_THAT(text, Not(HasSubstr("redis")));
  EXPECT_THROW(report_table(sample::two_caches(), {.rows = {"cache-aside/reddis"}}), Error);
}

TEST(Table, AnInterruptedRunSaysSoFirst) {
  Result result = sample::two_caches();
  result.complete = false;
  EXPECT_THAT(report_table(result, {}), testing::StartsWith("PARTIAL: "));
}

TEST(Table, HidesColumnsOnATerminalOnly) {
  const std::string narrow = report_table(sample::troubled(), {.width = 60});
  EXPECT_THAT(narrow, HasSubstr("columns hidden"));
  const std::string whole = report_table(sample::troubled(), {.width = 60, .hides_columns = false});
  EXPECT_THAT(whole, AllOf(Not(HasSubstr("columns hidden")), HasSubstr("loads/s")));
}

TEST(Table, OurWordsAreAsciiWhereTheTerminalIs) {
  const std::string text = report_table(sample::two_caches(), {.utf8 = false, .details = true});
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; }))
      << text;
  EXPECT_THAT(text, HasSubstr("88.0 us"));
}

TEST(Table, TheLastLineNamesTheCommandThatPrintsMore) {
  EXPECT_THAT(report_table(sample::two_caches(), {.more = "hitbench report --details"}),
              testing::EndsWith("More: hitbench report --details\n"));
  EXPECT_THAT(report_table(sample::two_caches(), {.details = true, .more = "x"}), Not(HasSubstr("More:")));
}

// Of two rows at most 25 lines, as wide as a terminal usually is.
TEST(Table, OfTwoRowsFitsOnTwentyFiveLines) {
  Result result = sample::troubled();
  result.runs.resize(2);
  result.claims.resize(2);
  result.answer = "";
  const std::string text = report_table(result, {.width = 100, .more = "hitbench report --details"});
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 25) << text;
}

TEST(Table, OfNothingIsEmpty) { EXPECT_EQ(report_table({}, {}), ""); }

}  // namespace
}  // namespace hitbench
