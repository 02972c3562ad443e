#include <algorithm>
#include <cmath>
#include <set>

#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

std::string payload(const Rows& rows, uint64_t id, uint64_t write_id) {
  std::string out = "left over from before";
  rows.payload(id, write_id, out);
  return out;
}

TEST(Rows, HoldPayloadsThatDependOnSeedKeyAndWriteOnly) {
  const WorkloadSpec spec = uniform_spec(1000);
  const auto rows = make_rows(spec, 1, 40, workload_registry()), again = make_rows(spec, 1, 40, workload_registry());
  const auto other_seed = make_rows(spec, 2, 40, workload_registry());
  EXPECT_EQ(payload(*rows, 5, 7), payload(*again, 5, 7));
  std::set<std::string> all{payload(*rows, 5, 7), payload(*rows, 5, 8), payload(*rows, 6, 7), payload(*rows, 5, 0),
                            payload(*other_seed, 5, 7)};
  EXPECT_EQ(all.size(), 5U);
}

// Of every tenth of the key space within 4.5 standard deviations, and no key of it is left out when more are loaded.
TEST(Preload, TakesTheShareOfEveryPartOfTheKeySpaceAndMoreOfItWhenTheShareGrows) {
  constexpr uint64_t kPart = 10'000;
  const double most = 4.5 * std::sqrt(kPart * 0.8 * 0.2);
  for (uint64_t first = 0; first < 10 * kPart; first += kPart) {
    double loaded = 0;
    for (uint64_t key = first; key < first + kPart; ++key) {
      loaded += is_preloaded(1, key, 0.8);
      ASSERT_TRUE(is_preloaded(1, key, 1));
      ASSERT_FALSE(is_preloaded(1, key, 0));
      ASSERT_TRUE(is_preloaded(1, key, 0.8) || !is_preloaded(1, key, 0.3));
    }
    EXPECT_NEAR(loaded, 0.8 * kPart, most);
  }
}

TEST(Preload, TakesOtherKeysWithAnotherSeed) {
  int same = 0;
  for (uint64_t key = 0; key < 10'000; ++key) same += is_preloaded(1, key, 0.5) == is_preloaded(2, key, 0.5);
  EXPECT_NEAR(same, 5000, 4.5 * 50);
}

TEST(Rows, LeaveRoomForTheEnvelope) {
  WorkloadSpec spec = uniform_spec(1000);
  EXPECT_EQ(payload(*make_rows(spec, 1, 40, workload_registry()), 0, 0).size(), 60U);
  EXPECT_EQ(payload(*make_rows(spec, 1, 0, workload_registry()), 0, 0).size(), 100U);
  spec.values = part("fixed", params({{"bytes", int64_t{10}}}));
  EXPECT_EQ(payload(*make_rows(spec, 1, 40, workload_registry()), 0, 0).size(), 0U);
}

TEST(Rows, KeepAKeysSizeFromWriteToWrite) {
  WorkloadSpec spec = uniform_spec(1000);
  spec.values = part("uniform", params({{"min", int64_t{40}}, {"max", int64_t{1040}}}));
  const auto rows = make_rows(spec, 1, 40, workload_registry());
  std::set<size_t> sizes;
  for (uint64_t id = 0; id < 1000; ++id) {
    const size_t size = payload(*rows, id, 0).size();
    EXPECT_EQ(payload(*rows, id, id + 1).size(), size);
    sizes.insert(size);
  }
  EXPECT_GT(sizes.size(), 500U);  // of 1001; about 632 differ in 1000 draws
  EXPECT_LE(*sizes.rbegin(), 1000U);
}

TEST(Rows, FillPayloadsWithEveryByte) {
  WorkloadSpec spec = uniform_spec(10);
  spec.values = part("fixed", params({{"bytes", int64_t{65'543}}}));
  const std::string bytes = payload(*make_rows(spec, 1, 0, workload_registry()), 1, 1);
  ASSERT_EQ(bytes.size(), 65'543U);
  for (int byte = 0; byte < 256; ++byte) {
    const auto seen = std::count(bytes.begin(), bytes.end(), static_cast<char>(byte));
    EXPECT_NEAR(static_cast<double>(seen), 256, 90) << byte;  // 5.6 standard deviations
  }
}

TEST(Rows, CountTheKeysAndTheRoomForInserts) {
  WorkloadSpec spec = uniform_spec(1000);
  const auto fixed = make_rows(spec, 1, 40, workload_registry());
  EXPECT_EQ(fixed->count(), 1000U);
  EXPECT_EQ(fixed->capacity(), 1000U);
  spec.mix = {.read = 0.9, .insert = 0.1};
  EXPECT_EQ(make_rows(spec, 1, 40, workload_registry())->capacity(), 1000U + kInsertable);
  std::string text, key;
  fixed->text(12, text);
  EXPECT_EQ(text, make_workload(spec, 0, 1, workload_registry())->key(12, key).text);
}

}  // namespace
}  // namespace hitbench
