// What servers count of us is what we count, to the last operation. Their counters are read while the run is between
// two phases: setting up, greeting and removing our keys are in none of the differences.
#include <gtest/gtest.h>

#include <charconv>

#include "tests/engine/own_server.h"

namespace hitbench {
namespace {

std::string answer_of(const OwnServer& server, const std::string& request, const std::string& last) {
  const Connected connected = connect_blocking({.unix = false, .host_or_path = "127.0.0.1", .port = server.port()}, 1s);
  return request_blocking(
             connected.socket, request, [&](std::string_view text) { return text.ends_with(last); }, 5s)
      .text;
}

// The number after `name` in what a server says of itself; 0 where it does not say it.
uint64_t number_after(const std::string& text, const std::string& name) {
  const size_t at = text.find(name);
  if (at == text.npos) return 0;
  uint64_t number = 0;
  std::from_chars(text.data() + at + name.size(), text.data() + text.size(), number);
  return number;
}

struct Counters {
  uint64_t gets = 0, hits = 0, sets = 0, deletes = 0;

  Counters operator-(const Counters& before) const {
    return {gets - before.gets, hits - before.hits, sets - before.sets, deletes - before.deletes};
  }
};

Counters counters_of(const OwnServer& server, Kind kind) {
  if (kind == Kind::redis) {
    const std::string commands = answer_of(server, "INFO commandstats\r\n", "\r\n");
    const std::string stats = answer_of(server, "INFO stats\r\n", "\r\n");
    return {.gets = number_after(commands, "cmdstat_get:calls="),
            .hits = number_after(stats, "keyspace_hits:"),
            .sets = number_after(commands, "cmdstat_set:calls="),
            .deletes = number_after(commands, "cmdstat_del:calls=")};
  }
  const std::string stats = answer_of(server, "stats\r\n", "END\r\n");
  return {.gets = number_after(stats, "STAT cmd_get "),
          .hits = number_after(stats, "STAT get_hits "),
          .sets = number_after(stats, "STAT cmd_set "),
          .deletes = number_after(stats, "STAT delete_hits ") + number_after(stats, "STAT delete_misses ")};
}

struct CountedRun {
  RunResult run;
  Counters warm_up, measured;  // the first with what was loaded before it
};

CountedRun counted(Kind kind, const std::string& members) {
  OwnServer server(kind);
  std::vector<Counters> seen;  // as the warm-up, the only round and the check begin
  const auto look = [&](const RunProgress& progress) {
    if (!progress.phase.starts_with("setup")) seen.push_back(counters_of(server, kind));
  };
  const std::atomic<bool> never{false};
  const std::vector<RowPlan> rows = plan_of(direct(server, name_of(kind), members));
  RunResult run = run_plan(rows, registry(), never, {.progress = look, .libraries = {}}).runs.at(0);
  if (run.skipped || seen.size() != 3) throw std::runtime_error(run.skipped.value_or("other phases than expected"));
  return {std::move(run), seen[1] - seen[0], seen[2] - seen[1]};
}

class CountersOfAServer : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (const std::string why = missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
  }
};
INSTANTIATE_TEST_SUITE_P(Servers, CountersOfAServer, testing::Values(Kind::redis, Kind::memcached),
                         [](const auto& param) { return std::string(name_of(param.param)); });

void expect_alike(const RunResult& run, const Counters& server) {
  EXPECT_EQ(run.reads.failed + run.writes.failed + run.deletes.failed, 0u);
  EXPECT_EQ(server.gets, run.reads.fresh_hit + run.reads.miss);
  EXPECT_EQ(server.hits, run.reads.fresh_hit);
  EXPECT_EQ(server.sets, run.writes.acknowledged);
  EXPECT_EQ(server.deletes, run.deletes.acknowledged);
  EXPECT_EQ(run.read.response.count, server.gets);
  EXPECT_EQ(run.write.response.count, server.sets);
  EXPECT_EQ(run.erase.response.count, server.deletes);
}

constexpr const char* kShape = R"("app": {"processes": 2, "clients": 5, "connections": 3})";

std::string workload(const std::string& mix, const std::string& arrivals = R"({"loop": "closed"})") {
  return R"("workload": {"keys": {"distribution": "uniform", "count": 100}, "mix": )" + mix + R"(, "arrivals": )" +
         arrivals + "}, " + kShape;
}

constexpr const char* kAllKinds = R"({"read": 0.7, "write": 0.2, "delete": 0.1})";

TEST_P(CountersOfAServer, AreOursInAClosedLoop) {
  const auto [run, warm_up, measured] =
      counted(GetParam(), R"("measure": {"operations": 3000}, )" + workload(kAllKinds));
  EXPECT_EQ(operations_of(run), 3000u);
  EXPECT_GT(run.deletes.acknowledged, 200u);
  expect_alike(run, measured);
  EXPECT_EQ(run.loading.keys, 100u);
  EXPECT_EQ(run.loading.failed, 0u);
  EXPECT_GT(run.loading.throughput_ops_s, 0);
  EXPECT_EQ(warm_up.sets, 100u) << "the keys that are loaded first";
  EXPECT_EQ(warm_up.gets + warm_up.deletes, 0u);
}

TEST_P(CountersOfAServer, AreOursInAnOpenLoop) {
  const auto [run, warm_up, measured] =
      counted(GetParam(), R"("measure": {"duration": "500ms"}, )" +
                              workload(kAllKinds, R"({"loop": "open", "rate": 4000, "process": "constant"})"));
  EXPECT_EQ(operations_of(run), 2000u);
  expect_alike(run, measured);
}

TEST_P(CountersOfAServer, AreOursWithoutTheWarmUp) {
  const auto [run, warm_up, measured] =
      counted(GetParam(), R"("warmup": {"operations": 1500}, "measure": {"operations": 1000}, )" + workload(kAllKinds));
  EXPECT_EQ(operations_of(run), 1000u);
  expect_alike(run, measured);
  EXPECT_EQ(warm_up.gets + warm_up.sets + warm_up.deletes, 100u + 1500u);
}

TEST_P(CountersOfAServer, CountAModifyAsAReadAndAWrite) {
  const auto [run, warm_up, measured] =
      counted(GetParam(), R"("measure": {"operations": 1000}, )" + workload(R"({"read": 0.5, "modify": 0.5})"));
  EXPECT_EQ(run.operations, 1000u);
  EXPECT_EQ(measured.gets, 1000u);
  EXPECT_EQ(measured.sets, run.modify.response.count);
  EXPECT_GT(measured.sets, 400u);
  expect_alike(run, measured);
}

// At the end, of all phases together: of the keys that a share of 0.3 loads first, two processes load each once, and
// the same ones as in virtual time.
TEST(ServerCounters, OfRedisTellTheShareOfKeysThatIsLoadedFirst) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  const std::string once_each = R"("warmup": {"preload": 0.3}, "measure": {"operations": 1000}, "app": {"processes": 2,
    "clients": 5}, "workload": {"keys": {"distribution": "sequential", "count": 1000}})";
  OwnServer server(Kind::redis);
  const RunResult run = run_text(direct(server, "redis", once_each)).runs.at(0);
  ASSERT_FALSE(run.skipped) << *run.skipped;
  const RunResult simulated = run_text(R"({"clock": "virtual", "strategies": ["direct"],
    "caches": [{"type": "memory", "shared": true}], )" +
                                       once_each + "}")
                                  .runs.at(0);
  EXPECT_NEAR(static_cast<double>(run.reads.fresh_hit), 300, 65) << "4.5 standard deviations of 1,000 keys";
  EXPECT_EQ(run.reads.fresh_hit, simulated.reads.fresh_hit);
  EXPECT_EQ(run.reads.miss, 1000 - run.reads.fresh_hit);
  const std::string stats = answer_of(server, "INFO commandstats\r\n", "\r\n");
  EXPECT_EQ(number_after(stats, "cmdstat_set:calls="), run.reads.fresh_hit);
}

}  // namespace
}  // namespace hitbench
