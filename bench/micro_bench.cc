// What the parts of one operation cost, in ns: `build/release/bench/micro_bench`. For finding out where time goes; the
// verdict on our speed is bench.py's, over whole operations.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/rng.h"
#include "cache/cache.h"
#include "cache/memcached/codec.h"
#include "cache/redis/codec.h"
#include "io/loop.h"
#include "metrics/histogram.h"
#include "metrics/recorder.h"
#include "registry.h"
#include "scenario/scenario.h"
#include "strategy/guard.h"
#include "strategy/refresh.h"
#include "strategy/strategy.h"
#include "strategy/tasks.h"
#include "strategy/value.h"
#include "strategy/write_path.h"
#include "verify/read_check.h"
#include "verify/watched.h"
#include "workload/workload.h"

namespace {

using namespace hitbench;

const std::string kValue(100, 'x');

// Every part comes from where a run takes it: a scenario, read against the registry.
const Scenario& scenario() {
  static const Scenario read =
      read_scenario(
          R"({"workload": {"keys": {"distribution": "zipf", "theta": 0.99, "count": 100000}, "value_bytes": 100},
          "caches": [{"type": "memory", "entries": 100000}], "strategies": ["direct"]})",
          "micro_bench", {}, registry())
          .front();
  return read;
}

std::unique_ptr<Workload> workload() { return make_workload(scenario().workload, 0, 1, registry()); }

std::unique_ptr<Backend> memory_backend() {
  const Part& part = scenario().caches.front();
  const std::vector<CacheRow>& rows = registry().caches;
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const CacheRow& each) { return each.name == part.type; });
  CHECK(row != rows.end());
  return row->make(part.params, {});
}

void draw_zipf_operation(benchmark::State& state) {
  const std::unique_ptr<Workload> operations = workload();
  Rng rng(1);
  uint64_t position = 0;
  for (auto _ : state) benchmark::DoNotOptimize(operations->next(rng, position++));
}
BENCHMARK(draw_zipf_operation);

void format_key(benchmark::State& state) {
  const std::unique_ptr<Workload> operations = workload();
  std::string text;
  uint64_t id = 0;
  for (auto _ : state) benchmark::DoNotOptimize(operations->key(id++ % 100000, text));
}
BENCHMARK(format_key);

void record_histogram(benchmark::State& state) {
  Histogram histogram;
  Rng rng(1);
  for (auto _ : state) histogram.record(static_cast<int64_t>(rng.below(10'000'000)));
  benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(record_histogram);

void record_sample(benchmark::State& state) {
  Recorder recorder;
  Sample sample{.end = Outcome::fresh_hit, .response = Duration(5000), .service = Duration(5000)};
  for (auto _ : state) {
    sample.finished += Duration(1000);
    recorder.record(sample);
  }
}
BENCHMARK(record_sample);

// Runs `body` as a client does: on a fiber of a loop.
template <class Body>
void on_fiber(Loop& loop, Body body) {
  loop.spawn(body);
  loop.run();
}

// One iteration is one switch to another fiber and all that the loop does meanwhile.
void switch_fibers(benchmark::State& state) {
  const std::unique_ptr<Loop> loop = state.range(0) == 0 ? Loop::real() : Loop::virtual_time();
  bool done = false;
  loop->spawn([&] {
    while (!done) loop->yield();
  });
  on_fiber(*loop, [&] {
    while (state.KeepRunningBatch(2)) loop->yield();
    done = true;
  });
}
BENCHMARK(switch_fibers)->ArgName("virtual")->Arg(0)->Arg(1);

template <class Operation>
void on_memory_cache(benchmark::State& state, Operation operation, bool watched = false) {
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Backend> backend = memory_backend();
  const std::unique_ptr<Cache> plain = backend->connect(*loop, {});
  EntryLedger log(100000, 0);
  const std::unique_ptr<Cache> watching = watch(*plain, log, *loop, true);
  Cache* const cache = watched ? watching.get() : plain.get();
  const std::unique_ptr<Workload> operations = workload();
  on_fiber(*loop, [&] {
    Call call;
    std::string text;
    for (uint64_t id = 0; id < 100000; ++id) cache->set(operations->key(id, text), kValue, kForever, call);
    Rng rng(1);
    for (auto _ : state) operation(*cache, operations->key(rng.below(100000), text), call);
  });
}

void memory_get(benchmark::State& state) {
  on_memory_cache(state,
                  [](Cache& cache, Key key, Call& call) { CHECK(cache.get(key, call).status == Lookup::Status::hit); });
}
BENCHMARK(memory_get);

// The same with an entry ledger.
void watched_memory_get(benchmark::State& state) {
  on_memory_cache(
      state, [](Cache& cache, Key key, Call& call) { CHECK(cache.get(key, call).status == Lookup::Status::hit); },
      true);
}
BENCHMARK(watched_memory_get);

// What the truth takes from a read: where nothing was ever written, where its key was not, and where it was.
void check_read_of(benchmark::State& state) {
  WriteTable write_table({.keys = 100000, .clients = 50});
  const WriteTable::Write write{.key = 1, .id = 1, .started = Time(Duration(1))};
  if (state.range(0) > 0) {
    write_table.begin(write);
    write_table.acknowledged(write, Time(Duration(2)));
    write_table.committed(1, 1);
  }
  SeenWrites seen;
  ReadCheck check;
  const Answer answer{.outcome = Outcome::fresh_hit, .found = true, .write_id = 1, .row_version = 1};
  const uint64_t key = state.range(0) == 2 ? 1 : 2;
  for (auto _ : state) {
    if (write_table.written_keys() != 0) check = check_read(write_table, true, key, answer, Time(Duration(9)), seen);
    benchmark::DoNotOptimize(check);
  }
}
BENCHMARK(check_read_of)->ArgName("written")->Arg(0)->Arg(1)->Arg(2);

void memory_set(benchmark::State& state) {
  on_memory_cache(state, [](Cache& cache, Key key, Call& call) {
    CHECK(cache.set(key, kValue, kForever, call) == Stored::stored);
  });
}
BENCHMARK(memory_set);

// A read that hits, through cache-aside with each guard and refresh: "strategy_hit/none" is what the others are held
// against. A guard may add 15 ns to it, xfetch and stale_while 40; compare interleaved repetitions
// (--benchmark_enable_random_interleaving=true), for the machine drifts by more than that.
void strategy_hit(benchmark::State& state, const std::string& members) {
  const Scenario read = read_scenario(R"({"workload": {"value_bytes": 100},
      "caches": [{"type": "memory", "entries": 100000}], "strategies": [{"type": "cache-aside")" +
                                          members + "}]}",
                                      "micro_bench", {}, registry())
                            .front();
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Backend> backend = memory_backend();
  const std::unique_ptr<Cache> cache = backend->connect(*loop, {});
  const Part& part = read.strategies.front();
  Tasks tasks(*loop, {.cache = cache.get(), .origin = nullptr});
  StrategyContext context{.loop = loop.get(), .tasks = &tasks};
  context.make_guard = [](const Part& guard, const Composition& with) {
    return row_named(registry().guards, guard.type).make(guard.params, with);
  };
  context.make_write_path = [](const Part& path, const Composition& with) {
    return row_named(registry().write_paths, path.type).make(path.params, with);
  };
  context.make_refresh = [](const Part& refresh, const Ttl& ttl) {
    return row_named(registry().refreshes, refresh.type).make(refresh.params, ttl);
  };
  const std::unique_ptr<Strategy> strategy = row_named(registry().strategies, part.type).make(part.params, context);
  on_fiber(*loop, [&] {
    Rng rng(1);
    Client client{.cache = cache.get(), .origin = nullptr, .loop = *loop, .rng = rng};
    client.started = loop->now();
    const Key key{.id = 1, .text = "k000000000000001"};
    const Value value{
        .expiry = client.started + std::chrono::hours(1), .load_time = std::chrono::milliseconds(5), .payload = kValue};
    std::string bytes;
    encode_value(key, value, Envelope::checked, bytes);
    cache->set(key, bytes, kForever, client.cache_call);
    for (auto _ : state) CHECK(strategy->read(key, client).outcome == Outcome::fresh_hit);
  });
}
BENCHMARK_CAPTURE(strategy_hit, none, std::string());
BENCHMARK_CAPTURE(strategy_hit, single_flight, std::string(R"(, "guard": "single-flight")"));
BENCHMARK_CAPTURE(strategy_hit, lock, std::string(R"(, "guard": "lock")"));
BENCHMARK_CAPTURE(strategy_hit, xfetch, std::string(R"(, "guard": "xfetch")"));
BENCHMARK_CAPTURE(strategy_hit, ahead, std::string(R"(, "refresh": {"ahead": 0.2})"));
BENCHMARK_CAPTURE(strategy_hit, stale_while, std::string(R"(, "refresh": {"stale_while": "30s"})"));
BENCHMARK_CAPTURE(strategy_hit, nulls, std::string(R"(, "nulls": {"ttl": "5s"})"));

template <class Codec>
void encode_get(benchmark::State& state) {
  const Codec codec;
  std::string out;
  for (auto _ : state) {
    out.clear();
    codec.get(out, {.prefix = "", .text = "k000000000000001"});
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(encode_get<MemcachedProtocol>);

template <class Codec>
void encode_set(benchmark::State& state) {
  const Codec codec;
  std::string out;
  for (auto _ : state) {
    out.clear();
    codec.set(out, {.prefix = "", .text = "k000000000000001"}, kValue, std::chrono::seconds(60));
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(encode_set<MemcachedProtocol>);

template <class Codec>
void parse_value(benchmark::State& state, const std::string& header) {
  const Codec codec;
  const std::string bytes = header + kValue + "\r\n";
  for (auto _ : state) {
    const ServerReply reply = codec.parse(bytes);
    CHECK(reply.kind == ServerReply::Kind::value);
    benchmark::DoNotOptimize(reply.value.data());
  }
}

void parse_memcached_value(benchmark::State& state) { parse_value<MemcachedProtocol>(state, "VA 100\r\n"); }
BENCHMARK(parse_memcached_value);

#ifdef HITBENCH_HAVE_HIREDIS
BENCHMARK(encode_get<RedisProtocol>);
BENCHMARK(encode_set<RedisProtocol>);

void parse_redis_value(benchmark::State& state) { parse_value<RedisProtocol>(state, "$100\r\n"); }
BENCHMARK(parse_redis_value);
#endif

}  // namespace
