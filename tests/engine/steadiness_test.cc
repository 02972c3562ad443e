#include "engine/steadiness.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t kWindow = 40'000;

// A stretch of one window whose hit ratio is `percent`.
WarmStretch stretch(double percent, Duration took, uint64_t evictions = 0, uint64_t entries = 10'000) {
  WarmStretch s{.operations = kWindow, .reads = kWindow, .evictions = evictions, .entries = entries, .took = took};
  s.hits = static_cast<uint64_t>(percent * kWindow / 100);
  s.misses = s.reads - s.hits;
  return s;
}

Steadiness after(const SteadyRule& rule, const std::vector<WarmStretch>& stretches, Duration budget = 30s) {
  Steadiness steadiness(rule);
  for (const WarmStretch& s : stretches) steadiness.add(s, budget);
  return steadiness;
}

TEST(Steadiness, OfAWindowHas20ReadsAKeyBetween4000And40000) {
  EXPECT_EQ(steady_window(1), 4000u);
  EXPECT_EQ(steady_window(1000), 20'000u);
  EXPECT_EQ(steady_window(2000), 40'000u);
  EXPECT_EQ(steady_window(1'000'000'000'000), 40'000u);
}

TEST(Steadiness, IsHalfAPointOverThreeWindows) {
  const SteadyRule rule{.window_reads = kWindow, .keys = 1000};
  EXPECT_FALSE(after(rule, {stretch(90, 1s), stretch(90, 1s), stretch(90, 1s)}).steady());
  EXPECT_TRUE(after(rule, {stretch(90, 1s), stretch(80, 1s), stretch(70, 1s), stretch(90.4, 1s)}).steady());
  const Steadiness creeps = after(rule, {stretch(90, 1s), stretch(90.2, 1s), stretch(90.4, 1s), stretch(90.6, 1s)});
  EXPECT_FALSE(creeps.steady()) << "from one to the next it moves by 0.2 points only";
  EXPECT_EQ(creeps.why(), "its hit ratio moved by 0.6 points within three windows");
}

TEST(Steadiness, OfARowWithoutACacheIsThereFromTheBeginning) { EXPECT_TRUE(Steadiness({.has_cache = false}).steady()); }

// 1,000 keys at 40,000 reads/s: within a TTL of 2 s 1.25 % of the reads at most find an entry expired.
TEST(Steadiness, TakesAWholeTtlForAWindow) {
  const SteadyRule rule{.window_reads = kWindow, .ttl = 2s, .keys = 1000};
  const WarmStretch same = stretch(90, 1s);
  EXPECT_FALSE(after(rule, {same, same, same, same, same, same, same}).steady()) << "three TTLs and a half";
  EXPECT_TRUE(after(rule, {same, same, same, same, same, same, same, same}).steady());
}

TEST(Steadiness, GoesByReadsWhereExpiryIsRare) {
  const SteadyRule rule{.window_reads = kWindow, .ttl = 6s, .keys = 1000};  // 0.42 %
  const WarmStretch same = stretch(90, 1s);
  EXPECT_TRUE(after(rule, {same, same, same, same}).steady());
}

TEST(Steadiness, OfEntriesThatOutliveTheBudgetIsNotWaitedForAndNotClaimed) {
  const SteadyRule rule{.window_reads = kWindow, .ttl = 60s, .keys = 100'000};
  const WarmStretch same = stretch(99.9, 1s);
  const Steadiness seen = after(rule, {same, same, same, same});
  EXPECT_FALSE(seen.steady());
  EXPECT_TRUE(seen.is_done()) << "60 s are more than 30 s";
  EXPECT_EQ(seen.why(), "entries live 1min, and it did not run for four times that");
  EXPECT_EQ(seen.wanted(), 240s);
  const Steadiness could = after(rule, {same, same, same, same}, 61s);
  EXPECT_FALSE(could.is_done()) << "it has the time to see one expire";
}

TEST(Steadiness, OfACacheThatEvictsTakesATurnoverForAWindow) {
  const SteadyRule rule{.window_reads = kWindow, .keys = 100'000, .may_evict = true};
  const WarmStretch half = stretch(87.5, 1s, 5000);  // 5,000 of 10,000 entries are replaced
  EXPECT_FALSE(after(rule, {half, half, half, half, half, half, half}).steady());
  EXPECT_TRUE(after(rule, {half, half, half, half, half, half, half, half}).steady());
  const Steadiness slow = after(rule, {stretch(99, 1s, 400), stretch(99, 1s, 400)});
  EXPECT_EQ(slow.why(), "its entries have not all been replaced a few times");
}

TEST(Steadiness, OfATurnoverIsOneWhateverTheTtl) {
  const SteadyRule rule{.window_reads = kWindow, .ttl = 1h, .keys = 100'000, .may_evict = true};
  const WarmStretch whole = stretch(75, 1s, 10'000);
  EXPECT_TRUE(after(rule, {whole, whole, whole, whole}).steady());
}

TEST(Steadiness, OfACacheThatStillFillsIsNone) {
  const SteadyRule rule{.window_reads = kWindow, .keys = 100'000, .may_evict = true};
  WarmStretch filling = stretch(90, 1s);
  filling.first_misses = filling.misses;
  const Steadiness fills = after(rule, {filling, filling, filling, filling, filling});
  EXPECT_FALSE(fills.steady());
  EXPECT_FALSE(fills.is_done());
  EXPECT_EQ(fills.why(), "it still fills");
  filling.first_misses = 199;  // below half a percent: everything is there; the other misses have other causes
  EXPECT_TRUE(after(rule, {filling, filling, filling, filling}).steady());
  const Steadiness moves = after(rule, {stretch(70, 1s), stretch(80, 1s), stretch(85, 1s), stretch(90, 1s)});
  EXPECT_EQ(moves.why(), "its hit ratio moved by 20.0 points within three windows") << "no window has begun since";
}

}  // namespace
}  // namespace hitbench
