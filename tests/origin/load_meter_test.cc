#include "origin/load_meter.h"

#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/rng.h"
#include "tests/origin/fake_rows.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using Kind = LoadMeter::Kind;
using Visit = LoadMeter::Visit;

TEST(LoadMeter, CountsLoadsStoresAndFailures) {
  LoadMeter meter(10);
  {
    Visit good(meter, Kind::load, 1);
    good.succeed();
    Visit bad(meter, Kind::load, 2);
    Visit store(meter, Kind::store, 3);
    store.succeed();
  }
  const OriginUsage usage = meter.usage();
  EXPECT_EQ(usage.loads, 2u);
  EXPECT_EQ(usage.stores, 1u);
  EXPECT_EQ(usage.failed, 1u);
}

TEST(LoadMeter, KeepsThePeaksOfLoadsOverAllAndPerKey) {
  LoadMeter meter(10);
  {
    const Visit a(meter, Kind::load, 1), b(meter, Kind::load, 1), c(meter, Kind::load, 2);
    const Visit store(meter, Kind::store, 1);  // no load
  }
  { const Visit d(meter, Kind::load, 3); }
  EXPECT_EQ(meter.usage().peak_concurrent_loads, 3u);
  EXPECT_EQ(meter.usage().peak_concurrent_loads_per_key, 2u);
}

TEST(LoadMeter, CountsLoadsOfOneKeyThatOverlapAsOneExpiry) {
  LoadMeter meter(10);
  {
    std::optional<Visit> first(std::in_place, meter, Kind::load, 1);
    const Visit second(meter, Kind::load, 1), other(meter, Kind::load, 2);
    first.reset();
    const Visit third(meter, Kind::load, 1);  // while the second is under way
  }
  { const Visit later(meter, Kind::load, 1); }
  { const Visit store(meter, Kind::store, 3); }
  EXPECT_EQ(meter.usage().loads, 5u);
  EXPECT_EQ(meter.usage().expiries, 3u) << "key 1 twice, key 2 once";
}

TEST(LoadMeter, AddsUpWhatWasQueued) {
  LoadMeter meter(10);
  const Visit a(meter, Kind::load, 1, 3ms), b(meter, Kind::store, 1, 4ms), c(meter, Kind::load, 1);
  EXPECT_EQ(meter.usage().queued, 2u);
  EXPECT_EQ(meter.usage().queue_wait_total, 7ms);
}

TEST(LoadMeter, StartsOverFromWhatIsUnderWay) {
  LoadMeter meter(10);
  const Visit still(meter, Kind::load, 1), also(meter, Kind::load, 1);
  { const Visit a(meter, Kind::load, 2, 1ms), b(meter, Kind::load, 2), c(meter, Kind::load, 2); }
  meter.begin_measuring();
  const OriginUsage usage = meter.usage();
  EXPECT_EQ(usage.loads, 0u);
  EXPECT_EQ(usage.failed, 0u);
  EXPECT_EQ(usage.queued, 0u);
  EXPECT_EQ(usage.queue_wait_total, 0ns);
  EXPECT_EQ(usage.peak_concurrent_loads, 2u);
  EXPECT_EQ(usage.peak_concurrent_loads_per_key, 2u);
}

// The table of keys under way against a map, with as many keys as there are clients.
TEST(LoadMeter, KnowsTheLoadsOfEveryKeyInAnyOrder) {
  constexpr size_t kClients = 200;
  LoadMeter meter(kClients);
  Rng rng(9);
  std::vector<std::pair<uint64_t, std::unique_ptr<Visit>>> under_way;
  std::map<uint64_t, uint64_t> naive;
  for (int i = 0; i < 50000; ++i) {
    if (under_way.size() == kClients || (!under_way.empty() && rng.below(2) == 0)) {
      const size_t at = rng.below(under_way.size());
      std::swap(under_way[at], under_way.back());
      --naive[under_way.back().first];
      under_way.pop_back();
    } else {
      const uint64_t key = rng.below(4) == 0 ? kFirstAbsentKey + rng.below(300) : rng.below(300);
      under_way.emplace_back(key, std::make_unique<Visit>(meter, Kind::load, key));
      ++naive[key];
    }
    meter.begin_measuring();
    uint64_t peak = 0;
    for (const auto& [key, loads] : naive) peak = std::max(peak, loads);
    ASSERT_EQ(meter.usage().peak_concurrent_loads_per_key, peak);
    ASSERT_EQ(meter.usage().peak_concurrent_loads, under_way.size());
  }
}

TEST(LoadMeter, CountsOverForkedProcesses) {
  LoadMeter meter(10);
  const auto body = [&] {
    for (int i = 0; i < 20000; ++i) {
      Visit visit(meter, Kind::load, 1);
      visit.succeed();
    }
  };
  const pid_t first = fork_child(body), second = fork_child(body);
  expect_good_end(first);
  expect_good_end(second);
  EXPECT_EQ(meter.usage().loads, 40000u);
  EXPECT_EQ(meter.usage().failed, 0u);
  EXPECT_LE(meter.usage().peak_concurrent_loads_per_key, 2u);
  meter.begin_measuring();
  EXPECT_EQ(meter.usage().peak_concurrent_loads, 0u);
}

TEST(LoadMeter, OutlivesAProcessThatDiesInside) {
  LoadMeter meter(10);
  const pid_t child = fork_child([&] {
    meter.mutex().lock();
    raise(SIGKILL);
  });
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  for (int i = 0; i < 2; ++i) {
    Visit visit(meter, Kind::load, 1);
    visit.succeed();
  }
  EXPECT_EQ(meter.usage().loads, 2u);
}

TEST(LoadMeter, StillWorksWhenTheDeadLeftAllItsSlotsTaken) {
  LoadMeter meter(1);
  for (uint64_t i = 0; i < 10; ++i) {
    const pid_t child = fork_child([&] {
      for (uint64_t key = 0; key < 20; ++key) new Visit(meter, Kind::load, 100 * i + key);  // never over
    });
    expect_good_end(child);
  }
  { const Visit a(meter, Kind::load, 99999); }
  EXPECT_EQ(meter.usage().loads, 201u);
}

}  // namespace
}  // namespace hitbench
