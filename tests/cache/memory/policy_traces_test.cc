// The hits of policies of eviction on real traces, against those of libCacheSim (github.com/1a1a11a/libCacheSim) with
// entries of size 1, no warm-up, and its defaults.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "cache/memory/policies.h"
#include "tests/cache/memory/policy_owner.h"
#include "tests/cache/memory/traces.h"

namespace hitbench {
namespace {

constexpr std::array<uint64_t, 5> kOltpSizes = {1000, 2000, 5000, 10000, 15000};
constexpr std::array<uint64_t, 2> kOrmSizes = {763, 7634};
constexpr uint64_t kP3Size = 32768;

struct Reference {
  const char* name;
  PolicyOwner::Make make;
  std::array<uint64_t, 5> oltp;  // hits
  std::array<uint64_t, 2> orm;
  double p3;  // hit ratio, to four digits
};

// Where the capacity is no multiple of four, libCacheSim's SLRU evicts on a hit and has 3580357 and 4400108 on
// orm-busy; the figures here are those of the same model without that.
constexpr Reference kReferences[] = {
    {"lru", make_lru, {300122, 388235, 490443, 554906, 590851}, {3851698, 4400364}, .0357},
    {"fifo", make_fifo, {260805, 342227, 454180, 523703, 561498}, {3796950, 4339400}, .0373},
    {"clock", make_clock, {304172, 393338, 492078, 557434, 592071}, {3838787, 4386847}, .0374},
    {"sieve", make_sieve, {297626, 376497, 474305, 552757, 595100}, {3526586, 4406176}, .1002},
    {"lfu", make_lfu, {126458, 165940, 255926, 311580, 378077}, {855108, 3247121}, .1002},
    {"slru", make_slru, {359427, 418799, 491563, 567296, 600076}, {3581544, 4400128}, .0987},
};

uint64_t hits_of(const Reference& reference, const DenseTrace& trace, uint64_t capacity) {
  return reference.make({.capacity = capacity, .nodes = trace.keys})->run(trace.requests).hits;
}

void expect_hits(const Reference& reference, const std::string& file, std::span<const uint64_t> sizes,
                 std::span<const uint64_t> hits) {
  for (size_t i = 0; i < sizes.size(); ++i) {
    EXPECT_EQ(hits_of(reference, trace_named(file), sizes[i]), hits[i]) << reference.name << " of " << sizes[i];
  }
}

class PolicyTraces : public NeedsTraces {};

// The traces OLTP and P3 are those of Megiddo and Modha, "ARC: a self-tuning, low overhead replacement cache", FAST
// 2003.
TEST_F(PolicyTraces, OfADatabaseHaveTheHitsOfLibCacheSim) {
  for (const Reference& reference : kReferences) expect_hits(reference, "OLTP.lis.zst", kOltpSizes, reference.oltp);
}

TEST_F(PolicyTraces, OfAnOrmHaveTheHitsOfLibCacheSim) {
  for (const Reference& reference : kReferences) expect_hits(reference, "orm-busy.trace.xz", kOrmSizes, reference.orm);
}

TEST_F(PolicyTraces, OfADiskHaveTheHitRatiosOfLibCacheSim) {
  const DenseTrace& trace = trace_named("P3.lis.zst");
  for (const Reference& reference : kReferences) {
    const double ratio =
        static_cast<double>(hits_of(reference, trace, kP3Size)) / static_cast<double>(trace.requests.size());
    EXPECT_EQ(std::round(ratio * 1e4), std::round(reference.p3 * 1e4)) << reference.name;
  }
}

}  // namespace
}  // namespace hitbench
