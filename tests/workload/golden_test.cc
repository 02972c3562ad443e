// Operation streams are equal on every machine. These figures were printed once; a change here means that the same
// scenario and seed now ask for other operations than before, and that saved results no longer compare.
#include "base/crc32c.h"
#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

constexpr uint64_t kSeed = 42;

uint64_t stream_checksum(const Part& keys) {
  WorkloadSpec spec = uniform_spec(100'000);
  spec.keys = keys;
  spec.mix = {.read = 0.7, .write = 0.1, .erase = 0.05, .insert = 0.1, .modify = 0.05};
  spec.absent = {.share = 0.1, .keys = 1000, .unique = false};
  const auto workload = make_workload(spec, 0, 1, workload_registry());
  uint64_t sum = 0;
  for (uint64_t stream = 0; stream < 4; ++stream) {
    Rng rng(kSeed, 0, stream);
    for (uint64_t n = 0; n < 10'000; ++n) sum += Workload::checksum(workload->next(rng, n), mix64(stream), n);
  }
  return sum;
}

template <class Draw>
uint64_t fold(Draw draw) {
  Rng rng(kSeed);
  uint64_t sum = 0;
  for (int i = 0; i < 10'000; ++i) sum = mix64(sum) ^ static_cast<uint64_t>(draw(rng));
  return sum;
}

TEST(Golden, OperationStreams) {
  EXPECT_EQ(stream_checksum(part("uniform")), 0x47d601ea2186fd62U);
  EXPECT_EQ(stream_checksum(part("zipf", params({{"theta", 0.99}}))), 0x7e670dd889e7d71cU);
  EXPECT_EQ(stream_checksum(part("zipf", params({{"theta", 1.0}}))), 0x38cd04fdb355d042U);
  EXPECT_EQ(stream_checksum(part("zipf", params({{"theta", 1.2}}))), 0xc916286ad5a76147U);
  EXPECT_EQ(stream_checksum(part("hotspot", params({{"hot_keys", int64_t{10}}, {"hot_share", 0.9}}))),
            0xa02936dfd20fe06U);
  EXPECT_EQ(stream_checksum(part("normal", params({{"mean", 30'000.0}, {"stddev", 5'000.0}}))), 0x97b78ebe6a586a14U);
  EXPECT_EQ(stream_checksum(part("sequential")), 0x34366551a5723252U);
  EXPECT_EQ(stream_checksum(part("latest", params({{"theta", 0.99}}))), 0x627a9ed9ff1719e6U);
}

TEST(Golden, ValueSizes) {
  const auto lognormal = make_lognormal_values(params({{"median", int64_t{230}}, {"sigma", 1.2}}));
  const auto etc = make_etc_values({});
  EXPECT_EQ(fold([&](Rng& rng) { return lognormal->size(rng); }), 0xa2c0d2b6780d9dbaU);
  EXPECT_EQ(fold([&](Rng& rng) { return etc->size(rng); }), 0x803cea82223d71f8U);
}

TEST(Golden, Durations) {
  const auto exponential = make_exponential_latency(params({{"mean", Duration(5'000'000)}}));
  const auto lognormal = make_lognormal_latency(params({{"median", Duration(5'000'000)}, {"sigma", 0.5}}));
  const auto poisson =
      make_open_arrivals(params({{"rate", 2000.0}, {"process", std::string("poisson")}}), {}, workload_registry());
  EXPECT_EQ(fold([&](Rng& rng) { return exponential->next(rng).count(); }), 0xda4582e29e36b901U);
  EXPECT_EQ(fold([&](Rng& rng) { return lognormal->next(rng).count(); }), 0xb3dde9193ecf6ccfU);
  EXPECT_EQ(fold([&](Rng& rng) { return poisson->next_gap(rng).count(); }), 0x3931009a17cd74c9U);
}

TEST(Golden, Payloads) {
  const auto rows = make_rows(uniform_spec(1000), kSeed, 40, workload_registry());
  std::string out;
  rows->payload(123, 456, out);
  EXPECT_EQ(crc32c(out), 0x23afa842U);
}

}  // namespace
}  // namespace hitbench
