#include "report/curve_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/render.h"
#include "tests/report/golden.h"

namespace hitbench {
namespace {

CurvePoint point(uint64_t size, uint64_t hits, double byte_hit_ratio) {
  return {.size = size, .hits = hits, .hit_ratio = static_cast<double>(hits) / 1000, .byte_hit_ratio = byte_hit_ratio};
}

// Of 1,000 reads of 400 keys, 300 of which are the first of their key, two policies and a bound.
CurveSet curves() {
  CurveSet set;
  set.requests = 1'200;
  set.keys = 400;
  set.ceiling = {.reads = 1'000,
                 .read_bytes = 900'000,
                 .hits = 600,
                 .hit_bytes = 400'000,
                 .first = 300,
                 .invalidated = 60,
                 .absent = 40,
                 .entries = 320,
                 .bytes = 320'000,
                 .largest = 9'000};
  set.mean_bytes = 1'000;
  set.equal_sizes = false;
  set.curves = {{.policy = "sieve", .points = {point(32, 350, 0.2), point(160, 520, 0.35)}},
                {.policy = "lru",
                 .method = CurveMethod::all_sizes,
                 .points = {point(32, 300, 0.25), point(160, 500, 0.375)},
                 .knee = point(48, 380, 0.3),
                 .reach = {{.share = 0.5, .size = 32}, {.share = 0.9, .size = 201}},
                 .knows_all_sizes = true},
                {.policy = "exec:./mine,=1", .method = CurveMethod::asked, .points = {point(160, 510, 0.36)}}};
  set.curves[0].reach = {{.share = 0.5, .size = 32}, {.share = 0.9, .size = {}}};
  set.curves[2].reach = {{.share = 0.5, .size = 160}, {.share = 0.9, .size = {}}};
  set.format = "nginx";
  set.counts.requests = 1'200;
  set.counts.malformed = 3;
  set.counts.left_out = {{"status 500", 7}};
  return set;
}

CurveReport report(const CurveSet& set) {
  return {.set = set, .trace = "access\x1b[2J.log", .json = "{}", .command = "hitbench curve access.log"};
}

TEST(CurvePage, SaysTheSizeFirst) {
  const CurveSet set = curves();
  EXPECT_EQ(render_text(page_of(report(set)), {.width = 100}), golden("curve.txt"));
  EXPECT_EQ(render_markdown(page_of(report(set))), golden("curve.md"));
}

TEST(CurvePage, OfBytesNamesThem) {
  CurveSet set = curves();
  set.unit = SizeUnit::bytes;
  set.unknown_sizes = 2;
  set.sample = CurveSample{.keys = 8'192, .rate = 0.01, .samples = 4, .error = 0.0042};
  for (PolicyCurve& curve : set.curves) {
    for (CurvePoint& each : curve.points) each.size *= 1'000;
    for (CurveReach& each : curve.reach) {
      if (each.size) *each.size *= 1'000;
    }
  }
  set.curves[1].knee->size *= 1'000;
  EXPECT_EQ(render_text(page_of(report(set)), {.width = 100}), golden("curve.bytes.txt"));
}

TEST(CurvePage, OfATraceWithoutHitsSaysThatNoCacheWouldHelp) {
  CurveSet set = curves();
  set.ceiling.hits = 0;
  set.ceiling.first = 1'000;
  EXPECT_THAT(render_text(page_of(report(set)), {}), testing::HasSubstr("No cache would help"));
}

TEST(CurvePage, ACommandIsNoFormulaInASpreadsheet) {
  CurveSet set = curves();
  set.curves = {{.policy = "=mine", .points = {point(32, 350, 0.2)}}};
  EXPECT_EQ(report_curve_csv(report(set)),
            "policy,unit,size,hits,hit_ratio,byte_hit_ratio,error\r\n"
            "'=mine,entries,32,350,0.35,0.2,\r\n");
}

TEST(CurvePage, NamesAreEscapedInCsv) {
  CurveSet set = curves();
  set.curves = {set.curves[2]};
  EXPECT_THAT(report_curve_csv(report(set)), testing::HasSubstr("\"exec:./mine,=1\",entries,160,510,0.51,0.36,\r\n"));
}

}  // namespace
}  // namespace hitbench
