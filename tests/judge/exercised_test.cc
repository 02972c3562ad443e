#include "judge/exercised.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "judge/compare.h"
#include "tests/metrics/doubt_matchers.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Json = nlohmann::json;

Json scenario() {
  return Json::parse(R"({
    "app": {"connections": 50, "retries": 0, "timeout": "1s"},
    "origin": {"type": "simulated", "concurrency": 8, "errors": 0.0, "latency": {"distribution": "fixed"}},
    "origins": [{"type": "simulated", "name": "simulated", "concurrency": 8, "errors": 0.0,
                 "latency": {"distribution": "fixed"}, "write_latency": null}],
    "caches": [{"type": "redis", "name": "redis", "memory": 67108864, "policy": "allkeys-lru", "server": null,
                "args": ["--save", "", "--maxmemory-samples", "5"], "config": null}],
    "strategies": [{"type": "cache-aside", "name": "cache-aside", "ttl": "1h", "guard": {"type": "none"},
                    "nulls": null, "fail_safe": null, "fill": "set", "on_write": {"type": "invalidate"},
                    "refresh": {"type": "none"}}],
    "faults": []})");
}

// A row in which nothing occurred but hits.
RunResult idle() {
  RunResult run = sample::run("cache-aside/redis", {.hits = 100'000, .misses = 0});
  run.clock = "virtual";
  run.misses = {.first = 0, .expired = 0, .evicted = 0, .invalidated = 0, .lost = 0, .early = 0};
  run.backend.evictions = 0;
  run.client.shared_calls = 0;
  run.origin_load.peak_concurrent_loads_per_key = 1;
  run.origin_load.queued = 0;
  return run;
}

Result result_of(const Json& scenario, const RunResult& run) {
  Result result = sample::two_caches();
  result.scenario_json = scenario.dump();
  result.runs = {run};
  return result;
}

struct Case {
  const char* pointer;  // of the field that differs
  Json value;
  void (*occurs)(RunResult& run);  // its mechanism
  const char* absence;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"/strategies/0/ttl", "10min", [](RunResult& r) { r.misses.expired = 1; }, "no read met an expired entry"},
      {"/strategies/0/ttl_jitter", 0.1, [](RunResult& r) { r.misses.expired = 1; }, "no read met an expired entry"},
      {"/strategies/0/guard", Json::parse(R"({"type": "lock", "ttl": "1s"})"),
       [](RunResult& r) { r.origin_load.peak_concurrent_loads_per_key = 2; }, "no two loads of one key overlapped"},
      {"/strategies/0/refresh/type", "ahead", [](RunResult& r) { r.background.tasks = 1; }, "nothing was refreshed"},
      {"/strategies/0/nulls", Json::parse(R"({"type": "marker", "ttl": "5s"})"),
       [](RunResult& r) { r.reads.null_hit = 1; }, "no read met a negative entry"},
      {"/strategies/0/on_write/type", "update", [](RunResult& r) { r.writes.acknowledged = 1; }, "nothing was written"},
      {"/strategies/0/fill", "add", [](RunResult& r) { r.reads.miss = 1; }, "no read missed"},
      {"/strategies/0/fail_safe", Json::parse(R"({"type": "breaker"})"), [](RunResult& r) { r.retries = 1; },
       "no call failed"},
      {"/caches/0/policy", "allkeys-lfu", [](RunResult& r) { r.backend.evictions = 1; }, "nothing was evicted"},
      {"/caches/0/memory", 33554432, [](RunResult& r) { r.misses.evicted = 1; }, "nothing was evicted"},
      {"/caches/0/args", Json::parse(R"(["--save", "", "--maxmemory-samples", "10"])"),
       [](RunResult& r) { r.backend.evictions = 1; }, "nothing was evicted"},
      {"/caches/0/config", Json::parse(R"({"file": "redis.conf", "lines": ["MaxMemory-Samples 10"]})"),
       [](RunResult& r) { r.backend.evictions = 1; }, "nothing was evicted"},
      {"/app/connections", 10, [](RunResult& r) { r.client.shared_calls = 1; }, "share a connection"},
      {"/app/retries", 3, [](RunResult& r) { r.failed_operations = 1; }, "no call failed"},
      {"/faults", Json::parse(R"([{"at": "1h"}])"), [](RunResult& r) { r.recovery.origin_loads_peak_s = 0; },
       "no fault occurred"},
      {"/origin/concurrency", 4, [](RunResult& r) { r.origin_load.queued = 1; }, "nothing waited for the origin"},
      {"/origin/latency/distribution", "lognormal", [](RunResult& r) { r.origin_load.loads = 1; },
       "the origin was not asked"},
      {"/origins/0/concurrency", 4, [](RunResult& r) { r.origin_load.queued = 1; }, "nothing waited for the origin"},
      {"/origins/0/errors", 0.1, [](RunResult& r) { r.origin_load.failed = 1; }, "no call to the origin failed"},
      {"/origins/0/latency/distribution", "lognormal", [](RunResult& r) { r.origin_load.loads = 1; },
       "the origin was not asked"},
      {"/origins/0/write_latency", Json::parse(R"({"distribution": "fixed"})"),
       [](RunResult& r) { r.writes.acknowledged = 1; }, "nothing was written"},
  };
  return all;
}

Verdict verdict_between(const Result& base, const Result& candidate) {
  return compare_results(base, candidate, {.base = "a", .candidate = "b", .force = true, .metrics = {}});
}

Verdict verdict_of(const Json& changed, const RunResult& base, const RunResult& candidate) {
  return verdict_between(result_of(scenario(), base), result_of(changed, candidate));
}

// With what did not happen.
testing::Matcher<const Doubt&> not_exercised(const std::string& absence) {
  return doubt("not-exercised", HasSubstr(absence));
}

// Of two scenarios over which the same happened.
std::vector<Doubt> reasons_between(const Json& base, const Json& candidate, const RunResult& run) {
  return verdict_between(result_of(base, run), result_of(candidate, run)).reasons;
}

TEST(Exercised, AChangeWhoseMechanismOccurredOnNeitherSideIsNoPass) {
  for (const Case& each : cases()) {
    Json changed = scenario();
    changed[Json::json_pointer(each.pointer)] = each.value;
    const Verdict verdict = verdict_of(changed, idle(), idle());
    EXPECT_EQ(verdict.verdict, Word::invalid) << each.pointer;
    EXPECT_EQ(exit_code_of(verdict, {}), 4);
    ASSERT_FALSE(verdict.reasons.empty()) << each.pointer;
    EXPECT_THAT(verdict.reasons[0], not_exercised(each.absence)) << each.pointer;
    EXPECT_THAT(verdict.reasons, testing::Each(doubt("not-exercised"))) << each.pointer;
  }
}

TEST(Exercised, OneOccurrenceOnOneSideIsEnough) {
  for (const Case& each : cases()) {
    Json changed = scenario();
    changed[Json::json_pointer(each.pointer)] = each.value;
    RunResult busy = idle();
    each.occurs(busy);
    EXPECT_THAT(verdict_of(changed, busy, idle()).reasons, IsEmpty()) << each.pointer;
    EXPECT_THAT(verdict_of(changed, idle(), busy).reasons, IsEmpty()) << each.pointer;
  }
}

TEST(Exercised, AStrategysTtlIsNobodysWhereATraceKnowsThatOfEveryKey) {
  RunResult busy = idle();
  busy.misses.expired = 5;
  const auto reasons = [&](int ttl_keys, const Json& sweep = Json::object()) {
    Json base = scenario();
    base["workload"]["trace"] = {{"keys", 4}, {"ttl_keys", ttl_keys}};
    base["sweep"] = sweep;
    Json changed = base;
    changed["strategies"][0]["ttl"] = "10min";
    return reasons_between(base, changed, busy);
  };
  EXPECT_THAT(reasons(4), ElementsAre(not_exercised("strategies.0.ttl: 1h → 10min: the trace knows the TTL of every")));
  EXPECT_THAT(reasons(3), IsEmpty());
  EXPECT_THAT(reasons(4, {{"workload.trace.file", {"a.csv", "b.csv"}}}), IsEmpty()) << "known is that of the first";
  EXPECT_THAT(reasons(4, {{"workload.trace.pace", {1, 10}}}), SizeIs(1)) << "it is the same trace";
}

TEST(Exercised, WhatNobodyCountedMayHaveOccurred) {
  Json changed = scenario();
  changed["strategies"][0]["ttl"] = "10min";
  RunResult uncounted = idle();
  uncounted.misses.expired.reset();
  EXPECT_THAT(verdict_of(changed, uncounted, uncounted).reasons, IsEmpty());
}

TEST(Exercised, AMissOfUnknownCauseMayBeOfWhatExpired) {
  Json changed = scenario();
  changed["strategies"][0]["ttl"] = "10min";
  RunResult run = idle();
  run.misses.unknown = 0;
  EXPECT_THAT(verdict_of(changed, run, run).reasons, ElementsAre(not_exercised("no read met an expired entry")));
  run.misses.unknown = 1;
  EXPECT_THAT(verdict_of(changed, run, run).reasons, IsEmpty());
}

TEST(Exercised, FieldsWithoutAMechanismOfTheirOwnAlwaysMatter) {
  Json changed = scenario();
  changed["caches"][0]["server"] = "/opt/redis";
  changed["caches"][0]["args"] = Json::parse(R"(["--save", "", "--maxmemory-samples", "5", "--io-threads", "4"])");
  const Verdict verdict = verdict_of(changed, idle(), idle());
  EXPECT_EQ(verdict.verdict, Word::pass);
  EXPECT_THAT(verdict.differences,
              ElementsAre("caches.0.args.--io-threads: nothing → 4", "caches.0.server: nothing → /opt/redis"));
}

TEST(Exercised, OfSeveralChangesThoseThatHadNoChanceAreNamed) {
  Json changed = scenario();
  changed["strategies"][0]["ttl"] = "10min";
  changed["caches"][0]["policy"] = "allkeys-lfu";
  EXPECT_EQ(verdict_of(changed, idle(), idle()).reasons.size(), 2u);
  RunResult busy = idle();
  busy.backend.evictions = 7;
  const Verdict verdict = verdict_of(changed, busy, busy);
  EXPECT_EQ(verdict.verdict, Word::pass);
  EXPECT_THAT(verdict.warnings, ElementsAre(not_exercised("strategies.0.ttl: 1h → 10min")));
}

TEST(Exercised, OnlyRowsThatHaveThePartCount) {
  Json two = scenario();
  two["strategies"].push_back({{"type", "cache-aside"}, {"name", "short"}, {"ttl", "1s"}});
  Json changed = two;
  changed["strategies"][0]["ttl"] = "10min";
  RunResult other = idle();
  other.name = "short/redis";
  other.strategy = "short";
  other.misses.expired = 1000;
  Result base = result_of(two, idle()), candidate = result_of(changed, idle());
  base.runs.push_back(other);
  candidate.runs.push_back(other);
  EXPECT_EQ(verdict_between(base, candidate).verdict, Word::invalid);
}

TEST(Exercised, ANameThatIsNoTextIsNone) {
  Json odd = scenario();
  odd["strategies"][0]["name"] = 5;
  odd["strategies"][0]["refresh"]["type"] = 5;
  Json changed = odd;
  changed["strategies"][0]["ttl"] = "10min";
  EXPECT_NO_THROW(reasons_between(odd, changed, idle()));
}

// A row under a lock: two loads met, and nothing lasted longer than 20 ms.
RunResult locked() {
  RunResult run = idle();
  run.origin_load.peak_concurrent_loads_per_key = 3;
  run.reads.coalesced = 10;
  run.read.response.max_ns = 20'000'000;
  return run;
}

std::vector<Doubt> reasons_of(const char* part, const char* field, const Json& before, const Json& after,
                              const RunResult& run) {
  Json base = scenario(), changed = scenario();
  base["strategies"][0][part] = changed["strategies"][0][part] = before;
  changed["strategies"][0][part][field] = after;
  return reasons_between(base, changed, run);
}

TEST(Exercised, ALocksPatienceMattersToWhoLosesIt) {
  const Json guard = Json::parse(R"({"type": "lock", "ttl": "1s", "wait": null, "fail_open": true, "poll": "25ms"})");
  const auto reasons = [&](const char* field, const Json& after, const RunResult& run) {
    return reasons_of("guard", field, guard, after, run);
  };
  EXPECT_THAT(reasons("fail_open", false, locked()),
              ElementsAre(not_exercised("no reader gave up waiting for a lock")));
  EXPECT_THAT(reasons("wait", "5s", locked()), ElementsAre(not_exercised("no reader gave up waiting for a lock")));
  EXPECT_THAT(reasons("wait", "15ms", locked()), IsEmpty());
  EXPECT_THAT(reasons("ttl", "500ms", locked()), ElementsAre(not_exercised("nothing took as long as a lock's TTL")));
  EXPECT_THAT(reasons("ttl", "15ms", locked()), IsEmpty());
  EXPECT_THAT(reasons("poll", "5ms", locked()), IsEmpty());
  RunResult slow = locked();
  slow.read.response.max_ns = 1'999'999'999;
  EXPECT_EQ(reasons("fail_open", false, slow).size(), 1u);
  slow.read.response.max_ns = 2'000'000'000;
  EXPECT_THAT(reasons("fail_open", false, slow), IsEmpty()) << "twice the TTL";
  RunResult beyond = locked();
  beyond.read.response.out_of_range = 1;
  EXPECT_THAT(reasons("wait", "2h", beyond), IsEmpty()) << "longer than a histogram tells";
  RunResult sampled = locked();
  sampled.validity.sampled_one_in = 10;
  EXPECT_THAT(reasons("fail_open", false, sampled), IsEmpty()) << "who waited may not have been timed";
  RunResult killed = locked();
  killed.recovery.origin_loads_peak_s = 5;
  EXPECT_THAT(reasons("ttl", "500ms", killed), IsEmpty()) << "the lock's owner may have died";
}

// The other holder is a writer: no two loads meet, and a read or a write waits for it all the same.
TEST(Exercised, ALockThatAWriterHoldsNeedsNoTwoLoads) {
  RunResult run = idle();
  run.writes.acknowledged = 1000;
  run.read.response.max_ns = 20'000'000;
  const auto reasons = [&](const char* field, const Json& after, const char* on_write) {
    Json base = scenario();
    base["strategies"][0]["guard"] = Json::parse(R"({"type": "lock", "ttl": "1s", "wait": null, "fail_open": true})");
    base["strategies"][0]["on_write"]["type"] = on_write;
    Json changed = base;
    changed["strategies"][0]["guard"][field] = after;
    return reasons_between(base, changed, run);
  };
  EXPECT_THAT(reasons("wait", "15ms", "lock"), IsEmpty());
  EXPECT_THAT(reasons("wait", "15ms", "invalidate"),
              ElementsAre(not_exercised("no reader gave up waiting for a lock")));
  EXPECT_THAT(reasons("wait", "5s", "lock"), ElementsAre(not_exercised("no reader gave up waiting for a lock")));
  EXPECT_THAT(reasons("ttl", "15ms", "lock"), IsEmpty());
  EXPECT_THAT(reasons("ttl", "500ms", "lock"), ElementsAre(not_exercised("nothing took as long as a lock's TTL")));
  run.write.response = {.count = 1000, .max_ns = 600'000'000};
  EXPECT_THAT(reasons("ttl", "500ms", "lock"), IsEmpty()) << "the writer's own time";
  run.writes.acknowledged = 0;
  run.write.response = {};
  EXPECT_THAT(reasons("wait", "15ms", "lock"), ElementsAre(not_exercised("no reader gave up waiting for a lock")))
      << "nothing was written";
}

TEST(Exercised, ANegativeEntrysTtlNeedsOneThatCouldExpire) {
  RunResult run = idle();
  run.reads.null_hit = 100;
  run.duration_ns = 5'000'000'000;
  const auto reasons = [&](const char* after) {
    return reasons_of("nulls", "ttl", Json::parse(R"({"type": "marker", "ttl": "60s"})"), after, run);
  };
  EXPECT_THAT(reasons("30s"), ElementsAre(not_exercised("no negative entry can have expired"))) << "nothing expired";
  run.misses.expired = 1000;
  EXPECT_THAT(reasons("30s"), ElementsAre(not_exercised("no negative entry can have expired")))
      << "those were cached entries";
  EXPECT_THAT(reasons("2s"), IsEmpty());
  run.clock = "real";
  EXPECT_THAT(reasons("30s"), IsEmpty()) << "time passes between the rounds";
}

TEST(Exercised, ANegativeEntryExpiresAsEarlyAsTheJitterLets) {
  RunResult run = idle();
  run.reads.null_hit = 100;
  run.duration_ns = 5'000'000'000;
  run.misses.expired = 1000;
  const auto reasons = [&](const Json& jitter) {
    Json base = scenario();
    base["strategies"][0]["ttl_jitter"] = jitter;
    base["strategies"][0]["nulls"] = Json::parse(R"({"type": "marker", "ttl": "60s"})");
    Json changed = base;
    changed["strategies"][0]["nulls"]["ttl"] = "30s";
    return reasons_between(base, changed, run);
  };
  EXPECT_THAT(reasons(0.1), ElementsAre(not_exercised("no negative entry can have expired")));
  EXPECT_THAT(reasons(0.9), IsEmpty()) << "3 s";
  EXPECT_THAT(reasons(1), IsEmpty()) << "at once";
}

TEST(Exercised, AWriteQueuesSizeMattersWhereItIsFull) {
  RunResult run = idle();
  run.writes.acknowledged = 1000;
  run.write_queue.peak = 500;
  const Json path = Json::parse(R"({"type": "behind", "queue": 10000, "when_full": "block", "queue_in": "process"})");
  EXPECT_THAT(reasons_of("on_write", "queue", path, 5000, run), ElementsAre(not_exercised("queue was never full")));
  EXPECT_THAT(reasons_of("on_write", "when_full", path, "sync", run),
              ElementsAre(not_exercised("queue was never full")));
  EXPECT_THAT(reasons_of("on_write", "queue", path, 500, run), IsEmpty());
  EXPECT_THAT(reasons_of("on_write", "flush", path, "2s", run), IsEmpty());
  Json on_server = path;
  on_server["queue_in"] = "redis";
  EXPECT_THAT(reasons_of("on_write", "queue", on_server, 5000, run), IsEmpty()) << "nobody looked all the time";
  RunResult killed = run;
  killed.recovery.origin_loads_peak_s = 5;
  EXPECT_THAT(reasons_of("on_write", "queue", path, 5000, killed), IsEmpty()) << "its queue may have been full";
  run.write_queue.rejected = 1;
  EXPECT_THAT(reasons_of("on_write", "queue", path, 5000, run), IsEmpty());
}

TEST(Exercised, ClientsOfAnOpenLoopMatterWhereSomethingWaitsForOne) {
  Json base = scenario(), more = scenario();
  base["app"]["clients"] = 50;
  more["app"]["clients"] = 100;
  const auto reasons = [&](const RunResult& run) { return reasons_between(base, more, run); };
  RunResult run = idle();
  run.read.gen_late.count = run.read.response.count;
  EXPECT_THAT(reasons(run), IsEmpty()) << "a closed loop";
  run.loop = "open";
  EXPECT_THAT(reasons(run), ElementsAre(not_exercised("no operation waited for a client")));
  --run.read.gen_late.count;
  EXPECT_THAT(reasons(run), IsEmpty());
}

TEST(Exercised, ACacheInTheProcessHasNoConnections) {
  Json changed = scenario();
  changed["app"]["connections"] = 10;
  RunResult run = idle();
  run.client.shared_calls.reset();
  EXPECT_THAT(verdict_of(changed, run, run).reasons, ElementsAre(not_exercised("share a connection")));
  run.clock = "real";
  EXPECT_THAT(verdict_of(changed, run, run).reasons, IsEmpty()) << "Redis has some, and nobody counted";
  run.exact_evictions = true;
  EXPECT_THAT(verdict_of(changed, run, run).reasons, ElementsAre(not_exercised("share a connection")));
}

TEST(Exercised, AMemoryLimitIsOneHoweverItIsWritten) {
  for (const char* args : {R"(["-m64"])", R"(["-m", "64"])", R"(["--memory-limit=64"])", R"(["--memory-limit", "64"])",
                           R"(["--lazyfree-lazy-eviction", "yes"])"}) {
    Json base = scenario(), changed = scenario();
    base["caches"][0]["args"] = Json::array();
    changed["caches"][0]["args"] = Json::parse(args);
    EXPECT_THAT(reasons_between(base, changed, idle()), ElementsAre(not_exercised("nothing was evicted"))) << args;
  }
}

// Whatever changed: it was there, so the change had its chance.
TEST(Exercised, ARegressionStaysOne) {
  Json changed = scenario();
  changed["strategies"][0]["ttl"] = "10min";
  RunResult worse = idle();
  worse.reads.fresh_hit -= 100;
  worse.reads.miss = 100;
  worse.hit_ratio = 0.999;
  const Verdict verdict = verdict_of(changed, idle(), worse);
  EXPECT_EQ(verdict.verdict, Word::regressed);
  EXPECT_THAT(verdict.warnings, testing::Contains(doubt("not-exercised")));
}

}  // namespace
}  // namespace hitbench
