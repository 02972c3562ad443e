// How large the HTML page of a result or a verdict is, and what its data is short of for that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/rng.h"
#include "metrics/histogram.h"
#include "report/report.h"
#include "tests/judge/sample_verdict.h"
#include "tests/report/html_sample.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using sample::rich;
using sample::unpacked;
using testing::HasSubstr;
using testing::Not;

TEST(HtmlSize, StaysSmallHoweverLongTheRunWas) {
  Result result = sample::two_caches();
  result.runs = {rich("a/redis", 3600)};
  Result quiet = result;
  quiet.runs.front().series.clear();
  const auto size_of = [](const Result& one) {
    const std::string page = report_html(one, {});
    return page.find("data:application/gzip");
  };
  EXPECT_LT(size_of(result), size_of(quiet) + 120'000);
  EXPECT_THAT(report_html(result, {}), HasSubstr("A point stands for 25 seconds"));
}

// No two seconds, and no two rows that follow each other, are alike: what is compressed finds little to save.
Result long_result(int rows, int seconds) {
  Result result = sample::two_caches();
  result.runs.clear();
  Rng rng(7, 0, 0);
  const auto any = [&](uint64_t below) { return rng.below(below); };
  const auto spread = [&] {
    Histogram histogram;
    for (int i = 0; i < 20'000; ++i) histogram.record(static_cast<int64_t>(1000 + (any(1000) * any(1000) * any(20))));
    Percentiles p;
    p.count = histogram.count();
    p.p50_ns = histogram.quantile(0.5);
    p.histogram = histogram.encode_v2();
    return p;
  };
  std::vector<Percentiles> spreads;
  for (int i = 0; i < 20; ++i) spreads.push_back(spread());
  size_t next = 0;
  for (int i = 0; i < rows; ++i) {
    RunResult run = rich("strategy-" + std::to_string(i) + "/redis/simulated", seconds);
    for (SecondResult& second : run.series) {
      second.operations = 1000 + any(500);
      second.reads = second.operations - any(100);
      second.hits = second.reads - any(200);
      second.expired = any(60), second.evicted = any(40);
      second.max_response_ns = static_cast<int64_t>(any(9'000'000));
      second.read_p50_ns = static_cast<int64_t>(any(90'000));
      second.read_p99_ns = static_cast<int64_t>(any(2'000'000));
    }
    for (auto& column : run.latency_map.reads) {
      for (uint64_t& cell : column) cell = any(4) > 0 ? any(3000) : 0;
    }
    for (Percentiles* p : {&run.read.response, &run.read.service, &run.read.gen_late, &run.write.response,
                           &run.write.service, &run.write.gen_late, &run.observer, &run.loaded}) {
      *p = spreads[next++ % spreads.size()];
    }
    result.runs.push_back(std::move(run));
  }
  return result;
}

TEST(HtmlSize, OfTwelveRowsStaysSmallHoweverLongTheyWere) {
  for (const int seconds : {12, 300}) {
    const Result result = long_result(12, seconds);
    const std::string page = report_html(result, {});
    EXPECT_LT(page.size(), 250'000u) << seconds;
    EXPECT_THAT(page, HasSubstr("Left out of it, to keep this page small: "));
    const Result read = result_from_json(unpacked(page), "page");
    EXPECT_FALSE(read.left_out.empty());
    ASSERT_EQ(read.runs.size(), 12u);
    EXPECT_EQ(read.runs[3].read.response.p50_ns, result.runs[3].read.response.p50_ns);
    EXPECT_GT(read.runs[3].rounds.size(), 1u);
  }
}

TEST(HtmlSize, OfMoreThanTwelveRowsIsLargerByLittleForEach) {
  EXPECT_LT(report_html(long_result(20, 300), {}).size(), 250'000u + 8 * 20'000u);
}

struct VerdictSize {
  int rows = 12, pairs = 40;
  std::vector<std::string> metrics = {"read.response.p50"};
  std::vector<std::string> percentiles = {};
};

// As `hitbench gate` writes it: with every slot's figure of each item, and its percentiles.
Verdict long_verdict(const VerdictSize& size) {
  Verdict verdict = sample::full_verdict();
  const VerdictItem item = verdict.items.front();
  verdict.items.clear(), verdict.slots.clear();
  verdict.percentiles = size.percentiles;
  Rng rng(7, 0, 0);
  const auto any = [&] { return 1e6 * (1 + rng.uniform()); };
  for (int slot = 0; slot < 2 * size.pairs; ++slot) {
    verdict.slots.push_back({.side = slot % 2 == 0 ? "base" : "candidate", .pair = slot / 2});
  }
  for (int i = 0; i < size.rows; ++i) {
    const std::string row = "strategy-" + std::to_string(i) + "/redis/simulated";
    for (const std::string& metric : size.metrics) {
      verdict.items.push_back(item);
      verdict.items.back().row = row, verdict.items.back().metric = metric;
      for (VerdictSlot& slot : verdict.slots) slot.values[row + ": " + metric] = any();
    }
    for (VerdictSlot& slot : verdict.slots) {
      for (const char* kind : {": read.response", ": write.response"}) {
        SlotPercentiles kept{.of = row + kind, .ns = {}};
        for (size_t k = 0; k < size.percentiles.size(); ++k) kept.ns.emplace_back(any());
        if (!kept.ns.empty()) slot.percentiles.push_back(kept);
      }
    }
  }
  return verdict;
}

const std::vector<std::string> kFour = {"read.response.p50", "read.response.p99", "write.response.p50", "throughput"};

TEST(HtmlSize, OfAVerdictOfTwelveRowsStaysSmall) {
  const std::string page = report_verdict_html(
      long_verdict({.percentiles = {"p25", "p50", "p75", "p90", "p95", "p99", "p99_5", "p99_9", "p99_99"}}), {});
  EXPECT_LT(page.size(), 250'000u);
  const Verdict read = verdict_from_json(unpacked(page), "page");
  EXPECT_EQ(read.left_out, std::vector<std::string>{"percentiles that were not judged"});
  EXPECT_THAT(page.substr(page.size() - 500), HasSubstr("to keep this page small: percentiles that were not judged."));
  EXPECT_EQ(read.slots.size(), 80u);
}

TEST(HtmlSize, OfAVerdictOfManyPairsStaysSmall) {
  const size_t few = report_verdict_html(long_verdict({.pairs = 20, .metrics = kFour}), {}).find("data:application");
  const std::string many = report_verdict_html(long_verdict({.pairs = 200, .metrics = kFour}), {});
  EXPECT_LT(many.size(), 250'000u);
  EXPECT_LT(many.find("data:application"), few + few / 50);  // as many dots
  EXPECT_GT(few, size_t{12} * 4 * 20 * 20);                  // of 20 characters at least
}

TEST(HtmlSize, OfAVerdictOfMoreRowsHasRoomForTheirSlots) {
  const std::string page = report_verdict_html(long_verdict({.rows = 40, .pairs = 20, .metrics = kFour}), {});
  EXPECT_LT(page.size(), 250'000u + 28 * 20'000u);
  EXPECT_GT(page.size(), 250'000u);
  EXPECT_THAT(verdict_from_json(unpacked(page), "page").left_out, testing::IsEmpty());
}

std::vector<std::string> left_out_of(const std::string& page) {
  return result_from_json(unpacked(page), "page").left_out;
}

TEST(HtmlSize, OfAResultFromAPageSaysWhatThatOneLeftOut) {
  const Result whole = long_result(6, 60);
  const Result read = result_from_json(unpacked(report_html(whole, {})), "page");
  const std::string again = report_html(read, {});
  EXPECT_EQ(left_out_of(again), read.left_out);
  EXPECT_THAT(again, HasSubstr("Left out of it, to keep this page small: " + read.left_out.front()));
}

TEST(HtmlSize, WhatIsLeftOutAddsToWhatWas) {
  Result result = long_result(6, 60);
  std::vector<std::string> words = left_out_of(report_html(result, {}));
  ASSERT_FALSE(words.empty());
  result.left_out = {"the first hour"};
  const std::vector<std::string> added = left_out_of(report_html(result, {}));
  result.left_out = {"the first hour", words.back()};
  const std::vector<std::string> again = left_out_of(report_html(result, {}));
  words.insert(words.begin(), "the first hour");
  EXPECT_EQ(added, words);
  EXPECT_THAT(again, testing::UnorderedElementsAreArray(words));
}

TEST(HtmlSize, WhatOneResultDoesNotNeedIsTheOthers) {
  const Result large = long_result(3, 12);
  const std::string page = report_html_overlay({"a.json", sample::two_caches()}, {"b.json", large}, {});
  EXPECT_LT(page.size(), 250'000u);
  EXPECT_THAT(page, Not(HasSubstr("Left out")));
}

TEST(HtmlSize, WhatThereIsRoomForIsNotLeftOut) {
  const Result result = long_result(2, 12);
  const std::string page = report_html(result, {});
  EXPECT_LT(page.size(), 250'000u);
  EXPECT_THAT(page, Not(HasSubstr("Left out")));
  EXPECT_EQ(unpacked(page), report_json(result, {}));
}

// 1/32 higher at most, and as many.
TEST(HtmlSize, HistogramsThatAreKeptInLessRoomSayNearlyTheSame) {
  const Result result = long_result(6, 60);
  const std::string page = report_html(result, {});
  const Result read = result_from_json(unpacked(page), "page");
  ASSERT_THAT(read.left_out, testing::Not(testing::IsEmpty()));
  for (size_t i = 0; i < 6; ++i) {
    const Histogram fine = Histogram::decode_v2(result.runs[i].read.response.histogram);
    ASSERT_FALSE(read.runs[i].read.response.histogram.empty());
    const Histogram kept = Histogram::decode_v2(read.runs[i].read.response.histogram);
    EXPECT_EQ(kept.count(), fine.count());
    for (const double q : {0.1, 0.5, 0.9, 0.99}) {
      EXPECT_GE(kept.quantile(q), fine.quantile(q) - fine.quantile(q) / 1024);
      EXPECT_LE(static_cast<double>(kept.quantile(q)), 1.033 * static_cast<double>(fine.quantile(q)));
    }
  }
}

}  // namespace
}  // namespace hitbench
