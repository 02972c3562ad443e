// Strategies against what theory says of them, in virtual time. Each test states the formula, its source and the
// tolerance, and checks that the same run with one constant off by 20 % (or with plain cache-aside in the guard's
// place) is told apart: a closed form that anything fits proves nothing.
//
// lambda: reads/s of one key; d: load time; T: TTL; mu: writes/s of one key.
#include "tests/engine/closed_forms.h"

namespace hitbench {
namespace {

// Renewal argument: one miss, then the hits of one TTL: hit = lambda T / (1 + lambda T); the origin sees
// lambda / (1 + lambda T).
TEST(ClosedForms, ATtlHitsByTheRenewalArgument) {
  const auto with = [](const std::string& ttl) {
    return run({.strategy = with_ttl(ttl), .arrivals = open(10), .measure = R"({"operations": 200000})"});
  };
  const RunResult right = with("1s"), wrong = with("800ms");
  expect_form(*right.hit_ratio, 10.0 / 11, 0.003, *wrong.hit_ratio);
  expect_form(loads(right) / seconds(right), 10.0 / 11, 0.02, loads(wrong) / seconds(wrong));
}

// Every load that completes resets the TTL: a cycle has 1 + lambda d misses and
// lambda T + lambda d - 1 + e^(-lambda d) hits.
TEST(ClosedForms, LoadsUnderWayCountAsMisses) {
  const double rate = 50, ttl = 2, load = 0.5;
  const double misses = 1 + rate * load, hits = rate * ttl + rate * load - 1 + std::exp(-rate * load);
  const auto with = [&](const std::string& time) {
    return run({.strategy = with_ttl("2s"),
                .arrivals = open(rate),
                .load = fixed(time),
                .measure = R"({"operations": 200000})"});
  };
  expect_form(*with("500ms").hit_ratio, hits / (hits + misses), 0.005, *with("600ms").hit_ratio);
}

// A herd, open loop: the first miss and all that arrive while it loads, 1 + lambda d.
TEST(ClosedForms, AnOpenHerdIsOnePlusRateTimesLoad) {
  const auto with = [](const std::string& time) {
    return run({.strategy = with_ttl("1s"),
                .arrivals = open(100),
                .load = fixed(time),
                .measure = R"({"operations": 200000})"});
  };
  expect_form(loads_per_expiry(with("100ms")), 1 + 100 * 0.1, 0.3, loads_per_expiry(with("80ms")));
}

// A herd, closed loop: all N clients at a barrier; with exponential think time theta the first to miss and those of
// the others that come back within its load: 1 + (N - 1)(1 - e^(-d / theta)).
TEST(ClosedForms, AClosedHerdIsBoundedByItsClients) {
  const auto thinking = [](const std::string& theta) {
    return run({.strategy = with_ttl("10s"),
                .arrivals = R"({"loop": "closed", "think": {"distribution": "exponential", "mean": ")" + theta + "\"}}",
                .load = fixed("100ms"),
                .measure = R"({"duration": "10000s"})",
                .app = R"("clients": 50)",
                .warmup = R"({"duration": "10s"})"});
  };
  expect_form(loads_per_expiry(thinking("500ms")), 1 + 49 * (1 - std::exp(-0.1 / 0.5)), 0.3,
              loads_per_expiry(thinking("600ms")));
  const RunResult barrier = run({.arrivals = R"({"loop": "barrier", "every": "1s"})",
                                 .keys = R"({"distribution": "sequential", "count": 100})",
                                 .load = fixed("50ms"),
                                 .measure = R"({"duration": "20s"})",
                                 .app = R"("clients": 200)"});
  EXPECT_EQ(loads_per_expiry(barrier), 200);
}

// What keeps a herd from loading: one load per expiry, over all processes with a lock, in each process with
// single-flight (lambda d / P = 50 reads of each process arrive during a load, so every one of P = 4 takes part).
TEST(ClosedForms, GuardsLoadOnceAnExpiry) {
  const auto with = [](const std::string& guard) {
    return loads_per_expiry(run({.strategy = with_ttl("1s", guard),
                                 .arrivals = open(2000),
                                 .load = fixed("100ms"),
                                 .measure = R"({"operations": 200000})",
                                 .app = R"("processes": 4, "clients": 200)"}));
  };
  const double plain = with("");
  expect_form(with(R"(, "guard": "lock")"), 1, 0, plain);
  expect_form(with(R"(, "guard": "single-flight")"), 4, 0.05, plain);
}

// A lock whose TTL L is shorter than the load is taken again while its holder still loads: ceil(d / L) loads.
TEST(ClosedForms, AShortLockLoadsAgain) {
  const auto with = [](const std::string& lock_ttl) {
    return loads_per_expiry(
        run({.strategy = with_ttl(
                 "2s", R"(, "guard": {"type": "lock", "poll": "10ms", "wait": "10s", "ttl": ")" + lock_ttl + "\"}"),
             .arrivals = open(200),
             .load = fixed("500ms"),
             .measure = R"({"operations": 20000})",
             .app = R"("processes": 2, "clients": 300)"}));
  };
  expect_form(with("200ms"), std::ceil(500.0 / 200), 0.1, with("160ms"));
  EXPECT_EQ(with("600ms"), 1);
}

// Who waits for a lock looks for the cached entry every p. A reader that comes x before the load's end is answered by
// its ceil(x / p)th look; x is uniform over the load, so with d = m p that is after p (m + 1) / 2 = d/2 + p/2 in the
// mean. The longest wait is ceil(d / p) p, which is below d + p. How many looks that makes:
// tests/strategy/lock_test.cc.
TEST(ClosedForms, WhoWaitsForALockWaitsForHalfTheLoadAndHalfAPoll) {
  struct Waits {
    double mean_ms, max_ms;
  };
  const auto with = [](int load_ms, int poll_ms) {
    const RunResult result =
        run({.strategy = with_ttl("2s", R"(, "guard": {"type": "lock", "wait": "10s", "ttl": "2s", "poll": ")" +
                                            std::to_string(poll_ms) + "ms\"}"),
             .arrivals = open(200),
             .load = fixed(std::to_string(load_ms) + "ms"),
             .measure = R"({"operations": 100000})",
             .app = R"("processes": 2, "clients": 300)"});
    EXPECT_EQ(loads_per_expiry(result), 1);
    // A hit takes no time here, and a miss the load.
    const Percentiles& all = result.read.response;
    const double waited = *all.mean_ns / 1e6 * static_cast<double>(all.count) - loads(result) * load_ms;
    return Waits{waited / static_cast<double>(result.reads.coalesced), static_cast<double>(*all.max_ns) / 1e6};
  };
  const double form = 500.0 / 2 + 100.0 / 2;
  const Waits right = with(500, 100), wrong = with(500, 120);
  expect_form(right.mean_ms, form, 4, wrong.mean_ms);
  expect_form(right.mean_ms, form, 4, with(600, 100).mean_ms);
  EXPECT_NEAR(right.max_ms, 500, 1);
  EXPECT_NEAR(wrong.max_ms, std::ceil(500.0 / 120) * 120, 1);
}

// XFetch in an open loop: e^(1/beta) loads per expiry, whatever lambda, where lambda beta d is well above it. (The
// trigger's rate grows by e^(t / (beta d)): the first comes at an Exp(1) level z, and while it loads z (e^(1/beta) - 1)
// more follow.) Source of the algorithm: Vattani, Chierichetti and Lowenstein, VLDB 2015.
TEST(ClosedForms, XfetchLoadsByItsBeta) {
  struct Case {
    double beta, tolerance;
    const char* ttl;
    const char* operations;
  };
  for (const Case& c : {Case{0.5, 0.9, "2s", "1000000"}, Case{1, 0.25, "2s", "1000000"}, Case{2, 0.08, "3s", "1000000"},
                        Case{4, 0.03, "4s", "2000000"}}) {
    const auto with = [&](double beta) {
      return loads_per_expiry(
          run({.strategy = with_ttl(c.ttl, R"(, "guard": {"type": "xfetch", "beta": )" + std::to_string(beta) + "}"),
               .arrivals = open(1000),
               .load = fixed("100ms"),
               .measure = R"({"operations": )" + std::string(c.operations) + "}"}));
    };
    SCOPED_TRACE(c.beta);
    expect_form(with(c.beta), std::exp(1 / c.beta), c.tolerance, with(1.2 * c.beta));
  }
}

// Staleness where only a TTL ends it (write-around): of hits at a uniform age within T, those with a write since,
// 1 - (1 - e^(-mu T)) / (mu T); none is older than T.
TEST(ClosedForms, OnlyATtlEndsStaleness) {
  const auto with = [](const std::string& ttl) {
    return run({.strategy = R"({"type": "write-around", "ttl": ")" + ttl + "\"}",
                .arrivals = open(501),
                .measure = R"({"operations": 1500000})",
                .mix = R"({"read": 0.998003992015968, "write": 0.001996007984032})"});
  };
  const auto stale = [](const RunResult& result) {
    const double hits = static_cast<double>(result.reads.fresh_hit);
    return static_cast<double>(result.consistency.stale_reads.value_or(0)) / hits;
  };
  const RunResult right = with("1s");
  expect_form(stale(right), 1 - (1 - std::exp(-1.0)), 0.02, stale(with("1200ms")));
  EXPECT_LE(*right.consistency.max_staleness_ns, 1'000'000'000);
}

// The wrong order: delete, then write. A reader that misses after the delete and loads before the commit puts the old
// value back for good. With exactly one load a miss that is 1 - e^(-lambda (c - a)) of the writes (c: delete to commit,
// a: read to snapshot; here 5 ms and 2 ms). Without a guard it is less, for a duplicate that began after c - a, while
// the first load was under way, repairs it: with the first reader x after the delete, the integral over x from
// c - 2a to c - a of lambda e^(-lambda x) (1 - e^(-lambda (x - (c - 2a)))). So a guard makes the wrong order worse.
TEST(ClosedForms, DeletingFirstLeavesStaleCopiesByTheRaceWindow) {
  const auto stale = [](double rate, const std::string& guard, const std::string& on_write, const std::string& commit) {
    const std::string duration = rate > 500 ? "1500s" : "10000s";
    const RunResult result = run({.strategy = R"({"type": "cache-aside", "ttl": "none", "guard": ")" + guard +
                                              R"(", "on_write": ")" + on_write + "\"}",
                                  .arrivals = open(rate + 1),
                                  .load = fixed("2ms"),
                                  .measure = R"({"duration": ")" + duration + "\"}",
                                  .mix = R"({"read": )" + std::to_string(rate / (rate + 1)) + R"(, "write": )" +
                                         std::to_string(1 - std::stod(std::to_string(rate / (rate + 1)))) + "}",
                                  .origin = R"(, "concurrency": 0, "write_latency": ")" + commit + "\""});
    return static_cast<double>(result.consistency.stale_reads.value_or(0)) /
           static_cast<double>(result.reads.fresh_hit);
  };
  expect_form(stale(100, "single-flight", "delete-first", "5ms"), 1 - std::exp(-100 * 0.003), 0.025,
              stale(100, "single-flight", "delete-first", "5600us"));
  EXPECT_LT(stale(100, "single-flight", "invalidate", "5ms"), 0.01) << "the right order";
  const double guarded = 1 - std::exp(-3.0);
  const double repaired = std::exp(-1.0) - std::exp(-3.0) - std::exp(1.0) * (std::exp(-2.0) - std::exp(-6.0)) / 2;
  EXPECT_NEAR(stale(1000, "single-flight", "delete-first", "5ms"), guarded, 0.02);
  expect_form(stale(1000, "none", "delete-first", "5ms"), guarded - repaired, 0.03, guarded);
}

// Coalescing: of the writes of key i within a flush interval F one reaches the origin, sum(1 - e^(-L_i F)) / (F L).
TEST(ClosedForms, WriteBehindCoalescesWithinItsFlushInterval) {
  constexpr int kKeys = 1000;
  constexpr double kRate = 2000, kTheta = 0.99;
  const auto form = [&](double flush) {
    double norm = 0, keys = 0;
    for (int k = 1; k <= kKeys; ++k) norm += std::pow(k, -kTheta);
    for (int k = 1; k <= kKeys; ++k) keys += 1 - std::exp(-kRate * std::pow(k, -kTheta) / norm * flush);
    return keys / (flush * kRate);
  };
  EXPECT_NEAR(form(1), 0.254, 0.001) << "the formula itself, against a value computed elsewhere";
  const auto stores = [&](const std::string& flush) {
    const RunResult result =
        run({.strategy = R"({"type": "write-behind", "on_write": {"type": "behind", "batch": 10000, "flush": ")" +
                         flush + "\"}}",
             .arrivals = open(kRate),
             .keys = R"({"distribution": "zipf", "theta": 0.99, "count": 1000})",
             .measure = R"({"operations": 200000})",
             .mix = R"({"read": 0, "write": 1})"});
    return static_cast<double>(*result.origin_load.stores) / static_cast<double>(result.writes.acknowledged);
  };
  expect_form(stores("1s"), form(1), 0.01, stores("800ms"));
}

// What a process takes with it when it is killed: the writes since its last flush, L F / 2 in the mean over the flush
// interval (the kills come at every tenth of it), and of each key at least one with 1 - (1 - e^(-L_i F)) / (L_i F).
TEST(ClosedForms, AKilledProcessTakesHalfAFlushIntervalOfWritesAlong) {
  constexpr int kKills = 10;
  const auto lost_at = [](const std::string& flush, int at_ms) {
    const RunResult result =
        run({.strategy = R"({"type": "write-behind", "on_write": {"type": "behind", "batch": 10000, "flush": ")" +
                         flush + "\"}}",
             .arrivals = open(2000),
             .keys = R"({"distribution": "zipf", "theta": 0.99, "count": 1000})",
             .measure = R"({"duration": "7s"})",
             .mix = R"({"read": 0, "write": 1})",
             .more = R"(, "faults": [{"at": ")" + std::to_string(at_ms) +
                     R"(ms", "target": "process", "action": "kill", "for": "60s"}])"});
    return result.consistency;
  };
  struct Lost {
    double writes = 0, keys = 0;
  };
  const auto mean_lost = [&](const std::string& flush) {
    Lost lost;
    for (int i = 0; i < kKills; ++i) {
      const Consistency found = lost_at(flush, 5050 + i * 1000 / kKills);
      lost.writes += static_cast<double>(found.lost_writes.value_or(0)) / kKills;
      lost.keys += static_cast<double>(found.lost_keys.value_or(0)) / kKills;
    }
    return lost;
  };
  const Lost lost = mean_lost("1s");
  expect_form(lost.writes, 2000 * 1.0 / 2, 50, mean_lost("1200ms").writes);
  double norm = 0, keys = 0;
  for (int k = 1; k <= 1000; ++k) norm += std::pow(k, -0.99);
  for (int k = 1; k <= 1000; ++k) {
    const double writes = 2000 * std::pow(k, -0.99) / norm;
    keys += 1 - (1 - std::exp(-writes)) / writes;
  }
  EXPECT_NEAR(keys, 316, 1) << "the formula itself, against a value computed elsewhere";
  EXPECT_NEAR(lost.keys, keys, 20);
}

// Jitter spreads cached entries that were stored together: K / (2 j T) expiries/s, instead of K at once.
TEST(ClosedForms, JitterSpreadsAnAvalanche) {
  const auto with = [](const std::string& jitter, const std::string& keys) {
    return run({.strategy = with_ttl("10s", R"(, "guard": "single-flight", "ttl_jitter": )" + jitter),
                .arrivals = open(100000),
                .keys = R"({"distribution": "uniform", "count": )" + keys + "}",
                .load = fixed("5ms"),
                .measure = R"({"duration": "11s"})",
                .app = R"("clients": 2000)",
                .warmup = R"({"preload": true})"});
  };
  const auto in_second = [](const RunResult& result, size_t second) {
    return static_cast<double>(result.series.at(second).origin_loads);
  };
  // 1,000 reads/s of each of 100 keys: all but e^(-5) = 0.7 % of the keys are asked for within one load.
  EXPECT_GE(*with("0", "100").origin_load.peak_concurrent_loads, 97u);
  // 1,000 keys over 8 s to 12 s: 250/s; a reader comes 10 ms after the expiry.
  const RunResult spread = with("0.2", "1000");
  expect_form(in_second(spread, 9), 1000 / (2 * 0.2 * 10), 35, in_second(with("0.16", "1000"), 9));
  EXPECT_LT(*spread.origin_load.peak_concurrent_loads, 12u);
  // For one hot key there is nothing to spread.
  const auto hot = [](const std::string& jitter) {
    return loads_per_expiry(run({.strategy = with_ttl("1s", R"(, "ttl_jitter": )" + jitter),
                                 .arrivals = open(100),
                                 .load = fixed("100ms"),
                                 .measure = R"({"operations": 100000})"}));
  };
  EXPECT_NEAR(hot("0.1"), hot("0"), 0.4);
}

// Markers for M absent keys: each reaches the origin at l / (1 + l Tn). Keys that never repeat are not helped.
TEST(ClosedForms, NullMarkersSpareRepeatedLookUpsOnly) {
  const auto rate = [](const std::string& ttl, const std::string& keys) {
    const RunResult result = run({.strategy = with_ttl("60s", R"(, "nulls": {"ttl": ")" + ttl + "\"}"),
                                  .arrivals = open(1000),
                                  .measure = R"({"operations": 200000})",
                                  .workload = R"(, "absent": {"share": 1, "keys": )" + keys + "}"});
    return loads(result) / seconds(result);
  };
  expect_form(rate("1s", "100"), 100 * 10.0 / (1 + 10 * 1), 2, rate("800ms", "100"));
  EXPECT_NEAR(rate("1s", "\"unique\""), 1000, 10);
}

// Precomputing K keys every P: K / P loads/s whatever the traffic, no misses, and nothing older than P and the
// time that the job takes.
TEST(ClosedForms, PrecomputingLoadsWhateverTheTraffic) {
  const auto with = [](const std::string& every) {
    return run({.strategy = R"({"type": "precompute", "keys": 50, "takes": "1s", "ttl": "30s", "every": ")" + every +
                            R"(", "on_write": "around"})",
                .arrivals = open(1000),
                .keys = R"({"distribution": "uniform", "count": 50})",
                .measure = R"({"duration": "200s"})",
                .mix = R"({"read": 0.9, "write": 0.1})",
                .warmup = R"({"duration": "20s"})"});
  };
  const RunResult right = with("10s"), wrong = with("12s");
  expect_form(loads(right) / seconds(right), 5, 0.26, loads(wrong) / seconds(wrong));
  EXPECT_EQ(right.reads.miss, 0u);
  EXPECT_LE(*right.consistency.max_staleness_ns, 11'000'000'000);
  EXPECT_GE(*right.consistency.max_staleness_ns, 9'000'000'000);
}

// M/M/c: an arrival waits with Erlang's C(c, a) probability, and then 1 / (c mu - lambda) in the mean (Erlang 1917).
TEST(ClosedForms, AnOriginQueuesAsErlangSays) {
  const double rate = 1000, service = 0.005;
  const int servers = 8;
  double term = 1, sum = 0;
  for (int k = 0; k < servers; ++k) {
    sum += term;
    term *= rate * service / (k + 1);
  }
  const double last = term / (1 - rate * service / servers);
  const double waits = last / (sum + last);
  const auto with = [&](double lambda) {
    return run({.strategy = R"("none")",
                .arrivals = open(lambda),
                .load = R"({"distribution": "exponential", "mean": "5ms"})",
                .measure = R"({"operations": 400000})",
                .origin = R"(, "concurrency": 8)"});
  };
  const auto share = [](const RunResult& r) { return static_cast<double>(*r.origin_load.queued) / loads(r); };
  const auto wait = [](const RunResult& r) { return static_cast<double>(*r.origin_load.queue_wait_mean_ns) / 1e6; };
  const RunResult right = with(rate), wrong = with(1.2 * rate);
  expect_form(share(right), waits, 0.01, share(wrong));
  expect_form(wait(right), 1000 / (servers / service - rate), 0.1, wait(wrong));
}

// An origin of c servers bears lambda (1 - h) s < c: with half of the reads hit, 1,000/s and 5 ms need more than 2.5.
TEST(ClosedForms, AnOriginBearsWhatTheCacheLeavesOver) {
  const auto overloaded = [](const std::string& servers) {
    return run({.strategy = with_ttl("none"),
                .arrivals = open(1000),
                .keys = R"({"distribution": "uniform", "count": 1000})",
                .load = fixed("5ms"),
                .measure = R"({"duration": "60s"})",
                .origin = R"(, "concurrency": )" + servers,
                .cache = R"({"type": "memory", "shared": true, "latency": "1ns", "entries": 500})"})
        .validity.overloaded;
  };
  EXPECT_FALSE(overloaded("3"));
  EXPECT_TRUE(overloaded("2"));
}

// A stampede of n loads on c servers is over after ceil(n / c) service times.
TEST(ClosedForms, AStampedeDrainsInRoundsOfItsServers) {
  const auto worst = [](const std::string& servers) {
    const RunResult result = run({.arrivals = R"({"loop": "barrier", "every": "1s"})",
                                  .keys = R"({"distribution": "sequential", "count": 100})",
                                  .load = fixed("10ms"),
                                  .measure = R"({"duration": "10s"})",
                                  .origin = R"(, "concurrency": )" + servers,
                                  .app = R"("clients": 200)"});
    return static_cast<double>(*result.read.response.max_ns) / 1e6;
  };
  expect_form(worst("8"), std::ceil(200.0 / 8) * 10, 1, worst("10"));
}

}  // namespace
}  // namespace hitbench
