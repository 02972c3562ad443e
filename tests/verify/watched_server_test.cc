// Our entry ledger against memcached's own, where both must agree.
#include <gmock/gmock.h>

#include "strategy/value.h"
#include "tests/cache/servers_fixture.h"
#include "tests/engine/scenario_text.h"
#include "tests/metrics/doubt_matchers.h"
#include "verify/watched.h"

namespace hitbench {
namespace {

constexpr uint64_t kKeys = 3000;  // of 10 kB: about fifteen times what 2 MiB hold

class Unfetched : public testing::TestWithParam<bool> {};

TEST_P(Unfetched, AgreesWithMemcached) {
  const bool reads = GetParam();
  if (const std::string why = missing(Kind::memcached); !why.empty()) GTEST_SKIP() << why;
  Params params = params_for(Kind::memcached);
  params.put("memory", int64_t{2} << 20);
  const std::unique_ptr<Backend> backend = make(Kind::memcached, params);
  backend->start();
  const std::unique_ptr<Loop> loop = Loop::real();
  const std::unique_ptr<Cache> behind = backend->connect(*loop, {});
  EntryLedger ledger(kKeys, 0);
  const std::unique_ptr<Cache> cache = watch(*behind, ledger, *loop, false);
  run(*loop, [&] {
    Call call;
    for (uint64_t id = 0; id < kKeys; ++id) {
      const std::string text = "key-" + std::to_string(id);
      std::string value;
      encode_value({id, text}, {.payload = std::string(10'000, 'x')}, Envelope::checked, value);
      ASSERT_EQ(cache->set({id, text}, value, kForever, call), Stored::stored);
      if (reads) {
        ASSERT_EQ(cache->get({id, text}, call).status, Lookup::Status::hit);
      }
    }
    ASSERT_EQ(cache->get({0, "key-0"}, call).status, Lookup::Status::miss);
    EXPECT_EQ(call.missed, MissCause::evicted);
  });
  const BackendUsage usage = backend->usage();
  ASSERT_GT(usage.evictions.value(), 1000u);
  EXPECT_EQ(usage.unfetched.value(), reads ? 0 : usage.evictions.value());
  EXPECT_EQ(ledger.entries(), kKeys);
  EXPECT_EQ(ledger.entries_read(), reads ? kKeys : 0);
}

INSTANTIATE_TEST_SUITE_P(, Unfetched, testing::Bool(),
                         [](const auto& each) { return each.param ? "EverythingRead" : "NothingRead"; });

// Items end at 512 KiB here, and a size that is only cut above is not refused beforehand: without a count and a word
// the row would only seem to hit nothing.
TEST(WatchedServer, SaysThatACacheDoesNotTakeTheValues) {
  const Result result = run_text(R"({"rounds": 1, "warmup": {"operations": 0}, "measure": {"operations": 20},
    "app": {"clients": 1}, "origin": {"type": "simulated", "latency": "10us"},
    "workload": {"keys": {"distribution": "uniform", "count": 10},
                 "value_bytes": {"distribution": "lognormal", "median": 600000, "sigma": 0}},
    "caches": [{"type": "memcached", "args": ["-I", "512k"]}]})");
  for (const RunResult& run : result.runs) {
    if (run.cache == "none") continue;
    ASSERT_FALSE(run.skipped) << *run.skipped;
    EXPECT_EQ(run.backend.failed_stores, 20u);
    EXPECT_THAT(run.validity.warnings, testing::Contains(doubt("values-not-stored", testing::HasSubstr("20 values"))));
    ASSERT_EQ(run.server_messages.size(), 1u);
    EXPECT_EQ(run.server_messages[0].text, "SERVER_ERROR object too large for cache");
    EXPECT_EQ(run.server_messages[0].count, 20u);
    EXPECT_THAT(run.server_messages[0].remedy, testing::HasSubstr("-I"));
  }
}

}  // namespace
}  // namespace hitbench
