#include "search/row_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kScenario = R"({"clock": "virtual", "seed": 5, "strategies": ["none"],
  "warmup": {"operations": 0}, "measure": {"duration": "1s"}})";

// "workload.arrivals={"loop":"open","rate":1000,...": 1000.
double rate_in(const std::vector<std::string>& changes) {
  const std::string& arrivals = changes.at(0);
  const std::string before = "\"rate\":";
  return std::stod(arrivals.substr(arrivals.find(before) + before.size()));
}

// A valid measurement of the row none/none: p99 needs 1,000 reads.
RunResult run_with(double rate, Maybe<int64_t> p99_ns, uint64_t reads = 5000) {
  RunResult run;
  run.name = "none/none";
  run.throughput_ops_s = rate;
  run.operations = reads;
  run.read.response.count = reads;
  run.read.response.p99_ns = p99_ns;
  return run;
}

// Answers within 1 ms up to its capacity, and within 9 ms above.
RunResult answer(double rate, double capacity) { return run_with(rate, rate <= capacity ? 1'000'000 : 9'000'000); }

// A search whose measurements are made up: number `n`, from 0, at a rate.
class ScriptedSearch {
 public:
  using Script = std::function<RunResult(double rate, size_t n)>;

  ScriptedSearch(Script script, const std::string& scenario = kScenario,
                 const std::string& slo = "read.response.p99<5ms")
      : script_(std::move(script)),
        search_(plan_of(scenario).front(), parse_threshold(slo, {"none/none"}),
                {.measure = [this](const std::vector<std::string>& now) { return measured(now); },
                 .progress = [this](const std::string& line) { progress.push_back(line); },
                 .interrupted = interrupted}) {}
  ScriptedSearch(const ScriptedSearch&) = delete;
  ScriptedSearch& operator=(const ScriptedSearch&) = delete;

  RowSearch* operator->() { return &search_; }
  FindMaxResult found() const { return search_.result().find_max.at(0); }
  FindMaxResult find() {
    while (!search_.has_ended()) search_.measure_next();
    return found();
  }
  std::vector<double> rates() const {
    std::vector<double> rates;
    for (const auto& of_one : changes) rates.push_back(rate_in(of_one));
    return rates;
  }

  std::atomic<bool> interrupted{false};
  std::vector<std::string> progress;
  std::vector<std::vector<std::string>> changes;  // of each measurement

 private:
  Result measured(const std::vector<std::string>& now) {
    Result result;
    result.runs = {script_(rate_in(now), changes.size())};
    changes.push_back(now);
    return result;
  }

  const Script script_;
  RowSearch search_;
};

TEST(RowSearch, FindsTheHighestRateBelowABreach) {
  ScriptedSearch search([](double rate, size_t) {
    RunResult run = answer(rate, 3500);
    run.validity.overloaded = rate >= 4000;
    return run;
  });
  const FindMaxResult found = search.find();
  // Twice as much until it breaks, then the geometric mean; 3,510 is less than 5 % above 3,360.
  EXPECT_THAT(search.rates(), ElementsAre(1000, 2000, 4000, 4000, 2830, 3360, 3670, 3670, 3510, 3510, 3360));
  EXPECT_EQ(found.ops_s, 3360);
  EXPECT_EQ(found.cannot_tell, "");
  EXPECT_EQ(found.first_breach_ops_s, 3510);
  EXPECT_EQ(found.rollover_ops_s, 4000);
  ASSERT_THAT(found.steps, SizeIs(11));
  EXPECT_TRUE(found.steps[0].kept);
  EXPECT_EQ(found.steps[0].why, "");
  EXPECT_DOUBLE_EQ(found.steps[0].headroom.value(), 0.8) << "1 of 5 ms";
  EXPECT_FALSE(found.steps[2].kept);
  EXPECT_TRUE(found.steps[2].measured);
  EXPECT_DOUBLE_EQ(found.steps[2].headroom.value(), -0.8) << "9 of 5 ms";
  EXPECT_EQ(found.steps[2].why, "9.00 ms, operations pile up");
  EXPECT_EQ(search->result().runs.at(0).throughput_ops_s, 3360) << "the measurement at the rate that was found";
  EXPECT_EQ(search.progress.at(0), "none/none at 1000/s: met");
  EXPECT_EQ(search.progress.at(6), "none/none at 3670/s: 9.00 ms");
}

TEST(RowSearch, ChangesTheRateAndTheSeedFromOneMeasurementToTheNext) {
  const std::string constant = R"("workload": {"arrivals": {"loop": "open", "rate": 300, "process": "constant"}})";
  ScriptedSearch search([](double rate, size_t) { return answer(rate, 1e9); }, changed(kScenario, constant));
  search->measure_next();
  search->measure_next();
  EXPECT_THAT(
      search.changes,
      ElementsAre(ElementsAre(R"(workload.arrivals={"loop":"open","rate":300,"process":"constant"})", "seed=5"),
                  ElementsAre(R"(workload.arrivals={"loop":"open","rate":600,"process":"constant"})", "seed=6")));
}

TEST(RowSearch, TellsABreachAtEveryRateFromNotKnowing) {
  ScriptedSearch search([](double rate, size_t) { return answer(rate, 0); });
  const FindMaxResult found = search.find();
  EXPECT_EQ(found.ops_s, std::nullopt);
  EXPECT_EQ(found.cannot_tell, "");
  EXPECT_LT(found.first_breach_ops_s.value(), 2) << "nothing is tried below 1/s";
}

TEST(RowSearch, BlamesTheMachineForInvalidMeasurements) {
  ScriptedSearch search([](double rate, size_t) {
    RunResult run = answer(rate, 1e9);
    run.validity = {.valid = false, .reasons = {{"clients-saturated", "no core was free"}}};
    return run;
  });
  const FindMaxResult found = search.find();
  EXPECT_EQ(found.ops_s, std::nullopt);
  EXPECT_THAT(found.steps, SizeIs(12)) << "three measurements of four rates";
  EXPECT_FALSE(found.steps[0].measured);
  EXPECT_EQ(found.steps[0].unclear, kInvalidRun);
  EXPECT_EQ(found.cannot_tell,
            "this machine disturbed 3 of 3 measurements at 125/s (the last: 1.00 ms, row is invalid: no core was "
            "free), 3 of 3 at 250/s, 3 of 3 at 500/s, 3 of 3 at 1000/s; a quieter machine would tell");
}

TEST(RowSearch, MeasuresAgainWhereTheTailIsTheMachines) {
  ScriptedSearch search([](double rate, size_t n) {
    RunResult run = answer(rate, n == 1 ? 0 : 3500);
    run.validity.machine_percentiles = {"read.response.p99"};
    if (rate > 3500) run.validity.machine_percentiles.clear();
    return run;
  });
  const FindMaxResult found = search.find();
  EXPECT_EQ(found.ops_s, 3360);
  ASSERT_THAT(found.steps, SizeIs(12)) << "eleven and the one that was disturbed";
  EXPECT_EQ(found.steps[1].offered_ops_s, 2000);
  EXPECT_EQ(found.steps[1].unclear, kMachine);
  EXPECT_EQ(found.steps[1].why, "9.00 ms, delayed by this machine");
  EXPECT_EQ(found.steps[2].offered_ops_s, 2000);
  EXPECT_TRUE(found.steps[2].kept) << "noise only lengthens a tail";
}

// Six of ten operations are reads, and a second is measured: p99 has its 1,000 values from 1,667/s on.
TEST(RowSearch, SaysHowMuchLongerToMeasureWhereTheMetricHasNoValue) {
  ScriptedSearch search([](double rate, size_t) {
    const auto reads = static_cast<uint64_t>(0.6 * rate);
    return run_with(rate, reads < 1000 ? Maybe<int64_t>() : 9'000'000, reads);
  });
  const FindMaxResult found = search.find();
  EXPECT_THAT(search.rates(), ElementsAre(1000, 2000, 2000, 1410, 1680, 1680, 1540, 1610));
  EXPECT_EQ(found.ops_s, std::nullopt);
  EXPECT_EQ(found.steps[0].unclear, kNoValue);
  // 1.1 times 1,000 / 600 of a second.
  EXPECT_EQ(found.cannot_tell,
            "read.response.p99 needs 1000 values, and at 1000/s there were 600; measure longer: --set "
            "measure.duration=1834ms; violated from 1680/s on");
}

TEST(RowSearch, EndsWhereTheWorkloadNeverDoesWhatTheMetricIsOf) {
  ScriptedSearch search([](double rate, size_t) { return answer(rate, 1e9); }, kScenario, "write.response.p99<5ms");
  const FindMaxResult found = search.find();
  EXPECT_THAT(found.steps, SizeIs(1));
  EXPECT_EQ(found.cannot_tell,
            "write.response.p99 was not measured at 1000/s; measure longer, or name a metric of what the workload "
            "does");
}

TEST(RowSearch, EndsWhereALowerRateFailsAlike) {
  const auto all_fail = [](double rate, size_t) {
    RunResult run = run_with(rate, std::nullopt, 0);
    run.failed_share = 1;
    run.validity = {.valid = false, .reasons = {{"all-failed", "all failed"}}, .only_failures = true};
    return run;
  };
  ScriptedSearch search(all_fail, changed(kScenario, R"("measure": {"operations": 2000})"));
  const FindMaxResult found = search.find();
  EXPECT_THAT(search.rates(), ElementsAre(1000, 1000, 500));
  EXPECT_EQ(found.cannot_tell, "100 % of the operations fail at every rate, at 500/s as at 1000/s");
}

TEST(RowSearch, TellsHowLongTheNextMeasurementTakes) {
  const auto takes = [](const std::string& members) {
    ScriptedSearch search([](double rate, size_t) { return answer(rate, 0); }, changed(kScenario, members));
    return search->next_takes().count();
  };
  EXPECT_DOUBLE_EQ(takes(R"("measure": {"duration": "3s"})"), 3);
  EXPECT_DOUBLE_EQ(takes(R"("warmup": {"duration": "2s"})"), 3);
  EXPECT_DOUBLE_EQ(takes(R"("warmup": {"operations": 500})"), 1.5) << "at 1,000/s";
  EXPECT_DOUBLE_EQ(takes(R"("measure": {"operations": 500})"), 0.5) << "at 1,000/s";
  EXPECT_DOUBLE_EQ(takes(R"("measure": {"operations": 20000})"), 10) << "at 2,000/s";
}

// 20,000 operations take 10 s at 2,000/s, and no more than 100 s at any rate: 12,500 at 125/s.
TEST(RowSearch, MeasuresFewerOperationsWhereTheyWouldTakeTooLong) {
  ScriptedSearch search([](double rate, size_t) { return answer(rate, 0); },
                        changed(kScenario, R"("measure": {"operations": 20000})"));
  for (int i = 0; i < 8; ++i) search->measure_next();
  EXPECT_THAT(search.rates(), ElementsAre(2000, 2000, 1000, 1000, 500, 500, 250, 250));
  EXPECT_THAT(search.changes.back(), SizeIs(2)) << "rate and seed";
  EXPECT_DOUBLE_EQ(search->next_takes().count(), 100);
  search->measure_next();
  EXPECT_THAT(search.changes.back(), ElementsAre(R"(workload.arrivals={"loop":"open","rate":125,"process":"poisson"})",
                                                 "seed=13", "measure.operations=12500"));
}

TEST(RowSearch, EndedFromOutsideSaysBetweenWhichRatesItWas) {
  ScriptedSearch search([](double rate, size_t) { return answer(rate, 3500); });
  for (int i = 0; i < 3; ++i) search->measure_next();
  EXPECT_FALSE(search->has_ended());
  search->end("the time was up");
  EXPECT_TRUE(search->has_ended());
  EXPECT_EQ(search.found().ops_s, std::nullopt);
  EXPECT_EQ(search.found().cannot_tell, "the time was up; it was met at 2000/s; it was violated at 4000/s");
  EXPECT_EQ(search->result().runs.at(0).throughput_ops_s, 4000) << "the last";
}

TEST(RowSearch, AMeasurementThatWasInterruptedDoesNotCount) {
  ScriptedSearch* running = nullptr;
  ScriptedSearch search([&](double rate, size_t n) {
    running->interrupted = n == 1;
    return answer(rate, 1e9);
  });
  running = &search;
  const FindMaxResult found = search.find();
  EXPECT_THAT(search.changes, SizeIs(2));
  EXPECT_THAT(found.steps, SizeIs(1));
  EXPECT_EQ(found.cannot_tell, "the search was not finished; it was met at 1000/s");
}

TEST(RowSearch, ARowThatCannotRunHereSaysWhy) {
  ScriptedSearch search([](double rate, size_t) {
    RunResult run = run_with(rate, std::nullopt, 0);
    run.skipped = "no redis-server on the PATH";
    return run;
  });
  const FindMaxResult found = search.find();
  EXPECT_THAT(found.steps, IsEmpty());
  EXPECT_THAT(search.progress, IsEmpty());
  EXPECT_EQ(found.cannot_tell, "no redis-server on the PATH");
}

TEST(RowSearch, RefusesARowThatHasNoRate) {
  const std::string barrier = R"({"clock": "virtual", "caches": ["memory"], "strategies": ["cache-aside"],
    "workload": {"arrivals": {"loop": "barrier", "every": "1s"}, "keys": {"count": 10000}}})";
  try {
    const ScriptedSearch search([](double rate, size_t) { return answer(rate, 0); }, barrier);
    ADD_FAILURE() << "it was accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("wait at a barrier, which has no rate"));
  }
}

}  // namespace
}  // namespace hitbench
