#include "curve/sample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "curve/stack_distances.h"
#include "tests/curve/fake_trace.h"

namespace hitbench {
namespace {

TEST(Sample, HasAsManyKeysAsWereAskedForAndItsPartOfTheReads) {
  const FakeTrace trace(random_requests(2, 100'000, 10'000));
  const Replay whole = replay_of(trace);
  const std::vector<Node> keys = keys_by_reads(whole);
  for (unsigned number = 0; number < kSamples; ++number) {
    const Sample sample(whole, keys, {.keys = 1000, .number = number});
    EXPECT_EQ(1000u, sample.replay().keys);
    const double part = 1000 / static_cast<double>(keys.size());
    EXPECT_NEAR(static_cast<double>(sample.reads()), 100'000 * part,
                100'000 * part * 0.12);  // the busiest key has 1 % of all
  }
}

TEST(Sample, HasEveryRequestForItsKeys) {
  const FakeTrace trace(random_requests(2, 3000, 100, 0.2));
  const Replay whole = replay_of(trace);
  size_t all = 0;
  for (unsigned number = 0; number < kSamples; ++number) {
    all += Sample(whole, keys_by_reads(whole), {.keys = keys_by_reads(whole).size() / 4, .number = number})
               .replay()
               .requests.size();
  }
  EXPECT_NEAR(static_cast<double>(all), 3000, 150);  // what is left over is less than a stride
}

TEST(Sample, KeepsTheSizesOfItsKeys) {
  std::vector<uint32_t> sizes;
  for (uint32_t key = 0; key < 100; ++key) sizes.push_back(key);
  const FakeTrace trace(random_requests(2, 3000, 100), sizes);
  const Replay whole = replay_of(trace);
  const Sample sample(whole, keys_by_reads(whole), {.keys = 20});
  const std::vector<uint32_t>& bytes = sample.replay().sizes.bytes;
  ASSERT_EQ(20u, bytes.size());
  EXPECT_EQ(20u, std::set<uint32_t>(bytes.begin(), bytes.end()).size());
}

}  // namespace
}  // namespace hitbench
