// Twins of servers on a curve: what they are asked, in which order, and at which time.
#include "curve/twin_hits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "curve/curve.h"
#include "tests/curve/fake_trace.h"

namespace hitbench {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

CurveSpec twin_spec(std::vector<uint64_t> sizes) { return {.policies = {"server"}, .sizes = std::move(sizes)}; }

CurveSet twin_curves(const std::vector<FakeRequest>& requests, const CurveSpec& spec) {
  return curves_of(FakeTrace(requests), spec, naive_policies());
}

uint64_t twin_hits_of(const std::vector<FakeRequest>& requests, const CurveSpec& spec) {
  return twin_curves(requests, spec).curves.front().points.front().hits;
}

std::string refusal(const std::vector<FakeRequest>& requests, const CurveSpec& spec) {
  try {
    twin_curves(requests, spec);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

constexpr TraceOperation kRead = TraceOperation::read;

// The server of the tests evicts its oldest entry, so it must have the hits of FIFO, invalidations included.
TEST(TwinHits, AreThoseOfAServerThatIsAskedAndFilled) {
  CurveSpec spec{.policies = {"server", "fifo"}, .sizes = {1, 5, 20, 60}};
  const CurveSet set = twin_curves(random_requests(1, 3000, 60, 0.1), spec);
  EXPECT_EQ(CurveMethod::twin, set.curves[0].method);
  for (size_t i = 0; i < spec.sizes.size(); ++i) {
    EXPECT_EQ(set.curves[1].points[i].hits, set.curves[0].points[i].hits) << spec.sizes[i];
  }
  EXPECT_GT(set.curves[0].points[1].hits, 0u);
}

TEST(TwinHits, OfEntriesWithATtlEndAtTheTracesOwnTimes) {
  const std::vector<FakeRequest> requests = {
      {0, kRead, 0}, {0, kRead, 5}, {0, kRead, 9}, {0, kRead, 10}, {0, kRead, 19}};
  CurveSpec spec = twin_spec({10});
  EXPECT_EQ(4u, twin_hits_of(requests, spec));
  spec.ttl = seconds(10);
  EXPECT_EQ(3u, twin_hits_of(requests, spec)) << "at 5, 9 and 19: the one at 10 loads it again";
}

TEST(TwinHits, EndWhenTheLastWriteOfTheTraceSaysSo) {
  CurveSpec spec = twin_spec({10});
  spec.trace_ttl = true;
  const std::vector<FakeRequest> requests = {{0, kRead, 0},                            // loads
                                             {0, TraceOperation::write, 1, false, 4},  // ends at 5
                                             {0, kRead, 2},                            // loads, until 5
                                             {0, kRead, 4},                            // a hit
                                             {0, kRead, 5},      // ended; loads, and nothing says until when
                                             {0, kRead, 1000}};  // a hit
  EXPECT_EQ(2u, twin_hits_of(requests, spec));
}

TEST(TwinHits, GetRequestsEvenlyAtARateOfTheUsersOwn) {
  std::vector<FakeRequest> requests(10, {0, kRead, 0});
  requests.back().time = 1;
  CurveSpec spec = twin_spec({10});
  spec.ttl = seconds(4);
  EXPECT_EQ(9u, twin_hits_of(requests, spec)) << "all within a second of the trace";
  spec.rate = 2;
  EXPECT_EQ(8u, twin_hits_of(requests, spec)) << "two a second: the one after 4 s loads again";
}

TEST(TwinHits, NeedATimeForEveryRequest) {
  FakeTrace trace({{0, kRead, 0}, {0, kRead, 0}});
  trace.has_times_ = false;
  const auto why = [&](const CurveSpec& spec) -> std::string {
    try {
      curves_of(trace, spec, naive_policies());
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_THAT(why(twin_spec({1})), HasSubstr("does not have"));
  CurveSpec spec = twin_spec({1});
  spec.rate = 100;
  EXPECT_EQ("none", why(spec));
}

TEST(TwinHits, AreNotOfASampleAndAloneGoByARate) {
  CurveSpec spec{.policies = {"server"}, .sizes = {100}, .sample = 8000};
  EXPECT_THAT(refusal(random_requests(1, 30000, 20000), spec), HasSubstr("cannot be scaled down"));
  spec = {.policies = {"fifo"}, .sizes = {100}, .rate = 100};
  EXPECT_THAT(refusal(random_requests(1, 300, 20), spec), HasSubstr("--rate is for twins"));
}

}  // namespace
}  // namespace hitbench
