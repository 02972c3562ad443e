#include "curve/curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "base/error.h"
#include "curve/parallel.h"
#include "curve/sample.h"
#include "tests/curve/fake_trace.h"
#include "tests/curve/naive_cache.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

CurveSet curves(const FakeTrace& trace, const CurveSpec& spec) { return curves_of(trace, spec, naive_policies()); }

std::string why_not(const FakeTrace& trace, const CurveSpec& spec) {
  try {
    curves(trace, spec);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

CurveSpec spec_of(const std::vector<std::string>& policies, const std::vector<uint64_t>& sizes = {}) {
  CurveSpec spec;
  spec.policies = policies;
  spec.sizes = sizes;
  spec.threads = 2;
  return spec;
}

TEST(Curve, HasTheHitsOfEachPolicyAtTheSizesThatAreAskedFor) {
  const FakeTrace trace(random_requests(1, 3000, 60, 0.1));
  const CurveSet set = curves(trace, spec_of({"lru", "belady"}, {5, 20, 60}));
  ASSERT_EQ(2u, set.curves.size());
  ASSERT_EQ(3u, set.curves[0].points.size());
  for (const CurvePoint& point : set.curves[0].points) {
    EXPECT_EQ(NaiveCache{.capacity = point.size}.hits(trace).hits, point.hits);
    EXPECT_DOUBLE_EQ(static_cast<double>(point.hits) / static_cast<double>(set.ceiling.reads), point.hit_ratio);
  }
  EXPECT_EQ(CurveMethod::all_sizes, set.curves[0].method);
  EXPECT_EQ(CurveMethod::bound, set.curves[1].method);
}

TEST(Curve, IsByDefaultThatOfLruBelowItsBoundUpToTheFootprint) {
  const FakeTrace trace(random_requests(1, 3000, 600));
  const CurveSet set = curves(trace, spec_of({}));
  ASSERT_EQ(2u, set.curves.size());
  EXPECT_EQ("lru", set.curves[0].policy);
  EXPECT_EQ("belady", set.curves[1].policy);
  EXPECT_EQ(set.footprint(), set.curves[0].points.back().size);
  EXPECT_EQ(set.ceiling.hits, set.curves[0].points.back().hits);
  EXPECT_LE(set.curves[0].points.size(), 24u);
  for (size_t i = 0; i < set.curves[0].points.size(); ++i) {
    EXPECT_GE(set.curves[1].points[i].hits, set.curves[0].points[i].hits);
  }
}

TEST(Curve, IsByBytesWhereEntriesDifferInSize) {
  std::vector<uint32_t> sizes;
  for (uint32_t key = 0; key < 60; ++key) sizes.push_back(key * 7);
  const FakeTrace trace(random_requests(1, 3000, 60), sizes);
  const CurveSet set = curves(trace, spec_of({}));
  EXPECT_EQ(SizeUnit::bytes, set.unit);
  ASSERT_EQ(1u, set.curves.size());
  for (const CurvePoint& point : set.curves[0].points) {
    const SizeHits wanted = NaiveCache{.capacity = point.size, .by_bytes = true}.hits(trace);
    EXPECT_EQ(wanted.hits, point.hits) << point.size;
    EXPECT_DOUBLE_EQ(static_cast<double>(wanted.hit_bytes) / static_cast<double>(set.ceiling.read_bytes),
                     point.byte_hit_ratio.value_or(-1));
  }
  EXPECT_EQ(1.0, set.curves[0].points.back().hit_ratio / set.ceiling_ratio());
}

TEST(Curve, SaysWhichSizeHasAShareOfWhatIsReachable) {
  const FakeTrace trace(random_requests(1, 5000, 100));
  const CurveSet set = curves(trace, spec_of({"lru"}));
  for (const CurveReach& reach : set.curves[0].reach) {
    ASSERT_TRUE(reach.size);
    const double wanted = reach.share * static_cast<double>(set.ceiling.hits);
    EXPECT_GE(static_cast<double>(NaiveCache{.capacity = *reach.size}.hits(trace).hits), wanted);
    EXPECT_LT(static_cast<double>(NaiveCache{.capacity = *reach.size - 1}.hits(trace).hits), wanted);
  }
}

TEST(Curve, OfATtlThatStartsWithTheFillIsSimulated) {
  const FakeTrace trace(random_requests(2, 3000, 60));
  CurveSpec spec = spec_of({"lru"}, {30});
  spec.ttl = std::chrono::seconds(20);
  const CurveSet set = curves(trace, spec);
  EXPECT_EQ(CurveMethod::simulated, set.curves[0].method);
  EXPECT_EQ((NaiveCache{.capacity = 30, .by_bytes = false, .ttl = 20}.hits(trace).hits), set.curves[0].points[0].hits);
  EXPECT_GT(set.ceiling.expired, 0u);
}

TEST(Curve, OfATtlThatTheTraceFixesIsExactAtAllSizes) {
  std::vector<FakeRequest> requests = random_requests(2, 3000, 60, 0.3);
  for (FakeRequest& request : requests) request.ttl = request.operation == TraceOperation::fill ? 15 : 0;
  CurveSpec spec = spec_of({"lru", "fifo"}, {30});
  spec.trace_ttl = true;
  const CurveSet set = curves(FakeTrace(requests), spec);
  EXPECT_EQ(CurveMethod::all_sizes, set.curves[0].method);
  EXPECT_GT(set.curves[0].points[0].hits, 0u);
}

TEST(Curve, RefusesWhatTheTraceHasNotGot) {
  FakeTrace trace(random_requests(2, 300, 60));
  CurveSpec spec = spec_of({"lru"});
  spec.unit = SizeUnit::bytes;
  EXPECT_THAT(why_not(trace, spec), HasSubstr("does not say how large"));
  spec = spec_of({"lru"});
  spec.trace_ttl = true;
  EXPECT_THAT(why_not(trace, spec), HasSubstr("no write of this trace has a TTL"));
  trace.has_times_ = false;
  spec.trace_ttl = false;
  spec.ttl = std::chrono::seconds(1);
  EXPECT_THAT(why_not(trace, spec), HasSubstr("needs times"));
  EXPECT_THAT(why_not(trace, spec_of({"lur"})), HasSubstr("Did you mean 'lru'?"));
}

TEST(Curve, RefusesASampleThatSaysTooLittle) {
  const FakeTrace trace(random_requests(2, 30'000, 10'000));
  CurveSpec spec = spec_of({"lru"});
  spec.sample = 1000;
  EXPECT_THAT(why_not(trace, spec), HasSubstr("a sample of 1,000 keys says too little: at least 8,000 are needed"));
}

TEST(Curve, OfASampleIsAsNearAsItSays) {
  const FakeTrace trace(random_requests(2, 400'000, 40'000));
  const std::vector<uint64_t> sizes{2000, 8000, 20'000};
  const CurveSet exact = curves(trace, spec_of({"lru"}, sizes));
  CurveSpec spec = spec_of({"lru"}, sizes);
  spec.sample = 8000;
  const CurveSet sampled = curves(trace, spec);
  ASSERT_TRUE(sampled.sample);
  EXPECT_LT(sampled.sample->error, 0.02);
  EXPECT_EQ(exact.ceiling.hits, sampled.ceiling.hits);
  for (size_t i = 0; i < sizes.size(); ++i) {
    const CurvePoint &is = exact.curves[0].points[i], &estimated = sampled.curves[0].points[i];
    EXPECT_EQ(is.size, estimated.size);
    EXPECT_NEAR(is.hit_ratio, estimated.hit_ratio, 0.01);
    EXPECT_TRUE(estimated.error);
  }
}

TEST(Curve, IsTheSameOnAnyNumberOfThreads) {
  const FakeTrace trace(random_requests(2, 3000, 60, 0.2));
  CurveSpec spec = spec_of({"lru", "fifo", "belady"});
  const CurveSet a = curves(trace, spec);
  spec.threads = 1;
  const CurveSet b = curves(trace, spec);
  for (size_t i = 0; i < a.curves.size(); ++i) {
    ASSERT_EQ(a.curves[i].points.size(), b.curves[i].points.size());
    for (size_t j = 0; j < a.curves[i].points.size(); ++j) {
      EXPECT_EQ(a.curves[i].points[j].hits, b.curves[i].points[j].hits);
    }
  }
}

TEST(RunParallel, RunsEveryTaskOnce) {
  std::atomic<int> runs = 0;
  int ended = 0;
  run_parallel(std::vector<std::function<void()>>(100, [&] { ++runs; }), 4, [&] { ++ended; });
  EXPECT_EQ(100, runs);
  EXPECT_EQ(100, ended);
}

TEST(RunParallel, ThrowsWhatATaskHasThrown) {
  const std::vector<std::function<void()>> tasks{[] {}, [] { throw usage_error("no"); }, [] {}};
  EXPECT_THROW(run_parallel(tasks, 2, {}), Error);
}

}  // namespace
}  // namespace hitbench
