// Traces on their way into the compact form: what is kept, what is left out, in which order, and what is no such file.
#include "workload/trace/compact.h"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <sstream>

#include "tests/workload/some_parts.h"
#include "workload/trace/statistics.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kEveryColumn = "csv:time=1,key=2,op=3,value_bytes=4,ttl=5,found=6,header=no";

std::shared_ptr<const CompactTrace> trace_of(const std::string& content, TraceSpec spec) {
  spec.file = write_file(content);
  return load_trace(spec, workload_registry());
}

std::string bytes_of(const std::string& path) {
  std::ostringstream all;
  all << std::ifstream(path, std::ios::binary).rdbuf();
  return all.str();
}

// "r a 100": operation, key, bytes of the value ("?" if nothing tells), "-" for a row that is not there.
std::vector<std::string> told(const CompactTrace& trace) {
  std::vector<std::string> all;
  for (const CompactRequest& request : trace.requests()) {
    const uint32_t bytes = trace.value_bytes(request);
    all.push_back(std::string(1, "rwdmf"[static_cast<int>(request.operation())]) + " " +
                  std::string(trace.key_text(request.key)) + " " +
                  (bytes == CompactRequest::kUnknownBytes ? "?" : std::to_string(bytes)) +
                  (request.absent() ? " -" : ""));
  }
  return all;
}

TEST(CompactTrace, KeepsWhatARequestSays) {
  const auto trace =
      trace_of("10.5,a,get,100,,hit\n11,b,set,200,60,\n13,a,del,,,\n14,c,get,,,miss\n", {.format = kEveryColumn});
  EXPECT_THAT(told(*trace), ElementsAre("r a 100", "w b 200", "d a 100", "r c ? -"));
  EXPECT_EQ(trace->start(), 10500ms);
  EXPECT_EQ(trace->span(), 3500ms);
  EXPECT_EQ(trace->time_of(trace->requests()[1]), 500ms);
  EXPECT_EQ(trace->ttl_of(trace->requests()[1]), std::optional<Duration>(60s));
  EXPECT_EQ(trace->ttl_of(trace->requests()[0]), std::nullopt);
  EXPECT_EQ(trace->keys(), 3U);
  EXPECT_EQ(trace->key_bytes(0), 1U);
}

TEST(CompactTrace, IsInTheOrderOfTimeAndOfLinesWithinATime) {
  const auto trace = trace_of("3,c,get,,,\n1,a,get,,,\n2,b,get,,,\n2,d,get,,,\n", {.format = kEveryColumn});
  EXPECT_THAT(told(*trace), ElementsAre("r a ?", "r b ?", "r d ?", "r c ?"));
}

TEST(CompactTrace, SpansOfAYearKeepAFractionOfASecond) {
  const auto trace = trace_of("0,a,get,,,\n1.25,b,get,,,\n31536000,c,get,,,\n", {.format = kEveryColumn});
  EXPECT_NEAR(in_seconds(trace->time_of(trace->requests()[1])), 1.25, 0.01);
  EXPECT_NEAR(in_seconds(trace->time_of(trace->requests()[2])), 31536000, 0.01);
}

// In a recording of a cache the set after a get is the application's fill; another set is a write.
TEST(CompactTrace, TellsFillsFromWrites) {
  const std::string get = R"(1.000001 [0 unix:/r] "get" "k")", set = R"(1.000002 [0 unix:/r] "set" "k" "value")";
  const auto trace = trace_of(get + "\n" + set + "\n" + set + "\n", {.format = "redis-monitor"});
  EXPECT_THAT(told(*trace), ElementsAre("r k 5", "f k 5", "w k 5"));
  EXPECT_TRUE(trace->is_of_cache());
  const auto rows = trace_of("1,k,get,,,\n2,k,set,,,\n", {.format = kEveryColumn});
  EXPECT_THAT(told(*rows), ElementsAre("r k ?", "w k ?")) << "not in front of a cache";
}

TEST(CompactTrace, IsTheSameAgainFromItsFile) {
  const std::string path = testing::TempDir() + "hitbench_same_again.hbt";
  const TraceSpec spec{.file = write_file("10.5,a,get,100,,hit\n11,b,set,200,60,\n14,c,get,,,miss\nbroken\n"),
                       .format = kEveryColumn,
                       .max_malformed = 1};
  const auto written = write_compact(spec, path, {}, workload_registry());
  const auto read = load_trace({.file = path}, workload_registry());
  EXPECT_EQ(told(*read), told(*written));
  EXPECT_EQ(read->counts().malformed, 1U);
  EXPECT_EQ(read->counts().first_malformed, written->counts().first_malformed);
  EXPECT_EQ(read->start(), 10500ms);
  EXPECT_EQ(read->format(), "csv");
  const auto part = load_trace({.file = path, .key = "[ab]", .from = TraceInstant{11s}}, workload_registry());
  EXPECT_THAT(told(*part), ElementsAre("w b 200"));
}

TEST(CompactTrace, AnonymousOnesHoldNoKeyAndNothingToTryKeysWith) {
  const std::string one = testing::TempDir() + "hitbench_one.hbt", two = testing::TempDir() + "hitbench_two.hbt";
  const TraceSpec spec{.file = write_file("secret-key\nother-key\nsecret-key\n"), .format = "keys"};
  const auto first = write_compact(spec, one, {.anonymous = true}, workload_registry());
  const auto second = write_compact(spec, two, {.anonymous = true}, workload_registry());
  EXPECT_THAT(bytes_of(one), Not(HasSubstr("secret")));
  EXPECT_THAT(std::string(first->key_text(0)), testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_NE(first->key_text(0), first->key_text(1));
  EXPECT_NE(first->key_text(0), second->key_text(0)) << "a secret of its own each time";
  EXPECT_EQ(first->requests()[0].key, first->requests()[2].key);
  EXPECT_EQ(first->key_bytes(0), 10U);
}

// Whatever is cut off or changed: an error that a user can read, or a trace that makes sense.
TEST(CompactTrace, RefusesDamagedFiles) {
  const std::string path = testing::TempDir() + "hitbench_damaged.hbt";
  const TraceSpec spec{.file = write_file("10.5,a,get,100,,hit\n11,b,set,200,60,\n"), .format = kEveryColumn};
  write_compact(spec, path, {}, workload_registry());
  const std::string whole = bytes_of(path);
  for (size_t size = 8; size < whole.size(); ++size) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, size);
    EXPECT_THAT(refusal([&] { load_trace({.file = path, .format = "hbt"}, workload_registry()); }),
                HasSubstr("damaged"));
  }
  size_t refused = 0;
  for (size_t at = 8; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(~changed[at]);
    std::ofstream(path, std::ios::binary) << changed;
    refused += !refusal([&] { told(*load_trace({.file = path, .format = "hbt"}, workload_registry())); }).empty();
  }
  EXPECT_GT(refused, whole.size() / 4);
}

TEST(TraceSelection, MakesTheKeyByTheRule) {
  const std::string line =
      R"(h - - [30/Nov/2026:08:00:00 +0000] "GET /p/7/x?page=2 HTTP/1.1" 200 5 "-" "-")" + std::string("\n");
  const auto key = [&](const std::string& rule) {
    return std::string(trace_of(line, {.format = "nginx", .key = rule})->key_text(0));
  };
  EXPECT_EQ(key("path+query"), "/p/7/x?page=2");
  EXPECT_EQ(key("path"), "/p/7/x");
  EXPECT_EQ(key("^/p/([0-9]+)"), "7");
  EXPECT_EQ(key("^/(p)/([0-9]+)"), "p/7");
  EXPECT_EQ(key("page=[0-9]"), "page=2");
  EXPECT_THAT(refusal([&] { key("("); }), HasSubstr("missing )"));
}

TEST(TraceSelection, CountsWhatIsLeftOutByItsReason) {
  const std::string time = R"(h - - [30/Nov/2026:08:00:00 +0000] )";
  const auto trace = trace_of(
      time + R"("GET /a HTTP/1.1" 200 5 "-" "-")" + "\n" + time + R"("GET /a HTTP/1.1" 500 5 "-" "-")" + "\n" + time +
          R"("OPTIONS /a HTTP/1.1" 200 5 "-" "-")" + "\n" + time + R"("GET /b HTTP/1.1" 200 5 "-" "-")" + "\n",
      {.format = "nginx", .key = "^/a"});
  EXPECT_THAT(trace->counts().left_out,
              ElementsAre(testing::Pair("method OPTIONS", 1), testing::Pair("no match for the key", 1),
                          testing::Pair("status 500", 1)));
  EXPECT_EQ(trace->counts().requests, 1U);
}

TEST(TraceSelection, TellsTheFirstMalformedLinesAndFailsAboveOnePercent) {
  std::string content;
  for (int i = 0; i < 396; ++i) content += "1,a,get,,,\n";
  for (int i = 0; i < 4; ++i) content += "bro\x1bken\n";
  EXPECT_EQ(trace_of(content, {.format = kEveryColumn})->counts().malformed, 4U) << "1 % exactly";
  const std::string refused = refusal([&] { trace_of(content + "bad\n", {.format = kEveryColumn}); });
  EXPECT_THAT(refused, HasSubstr("5 lines of 401 lines are malformed"));
  EXPECT_THAT(refused, HasSubstr(".txt:397: "));
  EXPECT_THAT(refused, Not(HasSubstr("\x1b")));
  EXPECT_EQ(trace_of(content + "bad\n", {.format = kEveryColumn, .max_malformed = 5})->counts().malformed, 5U);
}

TEST(RecognizedFormat, IsFoundByTheFirstLines) {
  const auto format = [](const std::string& content) { return trace_of(content, {})->format(); };
  EXPECT_EQ(format(R"(h - - [30/Nov/2026:08:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "-")" + std::string("\n")),
            "nginx");
  EXPECT_EQ(format("1.000001 [0 unix:/r] \"get\" \"k\"\n"), "redis-monitor");
  EXPECT_EQ(format("user:7\nuser:9\n"), "keys");
  EXPECT_THAT(refusal([&] { format(std::string("\0\1\2", 3)); }), HasSubstr("in no format that is known"));
  EXPECT_THAT(refusal([&] { format(""); }), HasSubstr("the trace is empty"));
  EXPECT_THAT(refusal([] { trace_of("a\n", {.format = "kyes"}); }), HasSubstr("Did you mean 'keys'?"));
}

// Counts that follow rank^-theta to a millionth, from ranks that are summed one by one and from those that are not.
TEST(ZipfTheta, IsThatOfTheCounts) {
  for (const double theta : {0.3, 0.8, 1.0, 1.3}) {
    for (const int ranks : {100, 50000}) {
      std::vector<uint64_t> counts;
      for (int rank = 1; rank <= ranks; ++rank) counts.push_back(static_cast<uint64_t>(1e12 * std::pow(rank, -theta)));
      EXPECT_NEAR(zipf_theta_of(counts), theta, 1e-4) << ranks;
    }
  }
}

TEST(TraceStatistics, AreThoseOfASmallTrace) {
  const auto trace =
      trace_of("0,a,get,10,,\n1,a,get,10,,\n1.5,b,get,30,,\n2,b,set,30,,\n9,a,get,10,,\n10,c,get,,,miss\n",
               {.format = kEveryColumn});
  const TraceStatistics facts = statistics_of(*trace);
  EXPECT_EQ(facts.requests, 6U);
  EXPECT_EQ(facts.reads, 5U);
  EXPECT_EQ(facts.writes, 1U);
  EXPECT_EQ(facts.repeated_reads, 2U);
  EXPECT_EQ(facts.absent_reads, 1U);
  EXPECT_EQ(facts.one_hit_wonders, 2U);
  EXPECT_EQ(facts.keys_written, 1U);
  EXPECT_EQ(facts.unknown_values, 1U);
  EXPECT_EQ(facts.footprint_bytes, 42);
  EXPECT_EQ(facts.peak_per_s, 2U);
  EXPECT_EQ(facts.hottest.at(0).text, "a");
  EXPECT_DOUBLE_EQ(facts.hottest.at(0).share, 0.6);
  EXPECT_DOUBLE_EQ(facts.top_shares[1], 1);
  EXPECT_NEAR(facts.reuse_ns->max, 8e9, 8e6);
  EXPECT_NEAR(facts.reuse_ns->mean, 4.5e9, 1);
  EXPECT_EQ(facts.over_time, (std::vector<uint64_t>{1, 2, 1, 0, 0, 0, 0, 0, 0, 2}));
}

}  // namespace
}  // namespace hitbench
