#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/findings.h"
#include "tests/report/finding_matcher.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// 1,000/s for 10 s: 10,000 loads of 5 ms, of which 2,000 waited 1 ms for a server: 48 s of work in 10 s.
Result open_loop(const std::string& origin, const std::string& clock = "real") {
  Result result = sample::two_caches();
  result.scenario_json =
      R"({"origin": )" + origin + R"(, "caches": [{"type": "redis", "name": "redis", "latency": "75us"},
      {"type": "memory", "name": "memcached", "latency": null}]})";
  for (RunResult& run : result.runs) {
    run.loop = "open";
    run.arrivals = "open, poisson 1000/s";
    run.clock = clock;
    run.modeled_origin = origin.find("simulated") != std::string::npos;
    run.validity.offered_ops_s = 1000;
  }
  RunResult& none = result.runs[0];
  none.operations = none.reads.miss = 10'000;
  none.throughput_ops_s = 1000;
  none.read.service.mean_ns = 5e6;
  none.origin_load.loads = 10'000;
  none.origin_load.queued = 2000;
  none.origin_load.queue_wait_mean_ns = 1'000'000;
  return result;
}

std::vector<Finding> need_in(const Result& result) {
  return need_of(result, groups_of(selected_runs(result, {})).front());
}

// Of the row without a cache; with these figures.
testing::Matcher<const Finding&> need(const std::string& id, const std::vector<std::string>& figures) {
  testing::Matcher<const std::string&> all = testing::_;
  for (const std::string& figure : figures) all = testing::AllOf(all, HasSubstr(figure));
  return finding(id, "none/none: ", all);
}

std::string servers(int concurrency) {
  return R"({"type": "other", "concurrency": )" + std::to_string(concurrency) + "}";
}

TEST(Need, IsTheBusyTimeOfTheOriginAgainstItsServers) {
  EXPECT_THAT(need_in(open_loop(servers(8))),
              ElementsAre(need("cache-not-needed", {"1,000/s", "60.0 % busy", "4.8 of 8 at once", "4.80 ms each"})));
  EXPECT_THAT(need_in(open_loop(servers(5))),
              ElementsAre(need("origin-near-limit", {"1,000/s", "96.0 % busy", "4.8 of 5 at once", "4.80 ms each"})));
  EXPECT_THAT(need_in(open_loop(servers(0))),
              ElementsAre(need("cache-not-needed", {"1,000/s", "4.8 at once", "4.80 ms each"})));
}

// 4.8 at once by the clients' times, which hold their own waking.
TEST(Need, IsNeverMoreThanAllServersAtOnce) {
  EXPECT_THAT(need_in(open_loop(servers(4))).at(0),
              need("origin-near-limit", {"1,000/s", "at least", "4 of 4 at once", "4.80 ms each"}));
  Result result = open_loop(servers(4));
  result.runs[0].loop = "closed";
  EXPECT_THAT(need_in(result).at(0), need("need-not-asked", {"at least", "4 of 4 at once"}));
}

TEST(Need, IsNotKnownWhereLoadsTookLongerThanAHistogramTells) {
  Result result = open_loop(servers(8));
  result.runs[0].read.service.out_of_range = 1;
  EXPECT_THAT(need_in(result).at(0), need("loads-beyond-histogram", {"60 min"}));
}

TEST(Need, CountsWritesByTheirOwnTime) {
  Result result = open_loop(servers(8));
  RunResult& none = result.runs[0];
  none.origin_load.stores = 1000;
  none.write.service.count = 100;  // one in ten was timed
  none.write.service.mean_ns = 16e6;
  EXPECT_THAT(need_in(result).at(0), need("origin-near-limit", {"80.0 % busy", "6.4 of 8 at once"}));
}

TEST(Need, IsThereWhereTheOriginCouldNotKeepTheRate) {
  Result result = open_loop(servers(5));
  RunResult& none = result.runs[0];
  none.validity.overloaded = true;
  none.validity.offered_ops_s = 2000;
  EXPECT_THAT(need_in(result).at(0), need("cache-needed", {"2,000/s are due", "1,000/s (5 at once, 4.80 ms each)"}));
  result.scenario_json = open_loop(servers(8)).scenario_json;
  EXPECT_THAT(need_in(result).at(0),
              need("origin-not-used-up", {"1,000/s of the 2,000/s", "60.0 % busy", "app.clients"}));
}

TEST(Need, IsNotToldByAClosedLoop) {
  Result result = open_loop(servers(8));
  for (RunResult& run : result.runs) run.loop = "closed";
  EXPECT_THAT(need_in(result).at(0), need("need-not-asked", {"1,000/s", "workload.arrivals"}));
}

TEST(Need, TakesAnythingForAScenario) {
  Result result = open_loop(servers(8), "virtual");
  result.scenario_json = R"({"origins": [{"name": 5, "type": []}, 7], "caches": [{"name": null}], "cache": "x"})";
  EXPECT_THAT(need_in(result).at(0), need("cache-not-needed", {"1,000/s", "4.8 at once", "4.80 ms each"}));
  result.scenario_json = R"({"origin": {"type": 5, "concurrency": "many"}})";
  EXPECT_EQ(need_in(result).size(), 2u);
}

TEST(Need, NamesWhatStandsForAMeasurement) {
  const std::string simulated =
      R"({"type": "simulated", "concurrency": 8, "latency": {"distribution": "lognormal", "median": "5ms", "sigma": 0.5}})";
  const std::string origin = "the origin's time (lognormal, median 5ms, sigma 0.5)";
  EXPECT_THAT(need_in(open_loop(simulated)).at(1), finding("assumed", origin + ": "));
  EXPECT_THAT(need_in(open_loop(simulated, "virtual")).at(1),
              finding("assumed", origin + "; a call of redis (75us); a call of memcached (1us, the default): "));
}

TEST(Need, NamesTheNetworkBeforeATwin) {
  Result result = open_loop(servers(8), "virtual");
  result.scenario_json = R"({"caches": [{"type": "redis", "name": "redis", "rtt": "500us"}]})";
  for (RunResult& run : result.runs) {
    if (run.cache == "redis") run.validity.warnings.push_back({"twin", "redis is a twin"});
  }
  const std::string model = "what redis keeps and takes (a model of the server";
  EXPECT_THAT(need_in(result).at(1), finding("assumed", model + ", a network of 500us a round trip before it)"));
  for (RunResult& run : result.runs) run.sweep = "caches.0.rtt=500us";
  EXPECT_THAT(need_in(result).at(1), finding("assumed", model + ")"));
}

}  // namespace
}  // namespace hitbench
