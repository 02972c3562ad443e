// Times that are shipped, for runs on machines that were not calibrated.
//
// Measured with hitbench on a virtual machine with two shared cores of an Intel Xeon (Linux 6.18), in real-time
// priority because others were at work there: private servers (redis-server 7.0.15, memcached 1.6.18, one thread) over
// loopback TCP and Unix sockets, strategy `direct`, 500 keys of 16 bytes, "verify": false, 0.7 s each, once.
//
// Round trips: one client in a closed loop, the quantiles of its histogram. The largest time of a run is one event on
// its machine, so twice the 99.9th percentile stands for it. Services: 32 clients (8 where values have 100 KB), server
// and client on a core of their own: the server's CPU time an operation, at most 80 % of the least round trip (but for
// connections and appends); constant, since no more than a mean is known. Those of Redis over TCP up to 1,000 bytes
// are medians of four or five runs, which spread from -15 to +37 %; expect the same of the others. Neighboring sizes
// whose order was reversed by noise have their mean. A further key: batches of 16 against single lookups. A
// connection: "pool": "per_operation" against a pool. A script: the unlock script by `redis-benchmark EVAL`, whose
// difference to its GET is added to ours. An append: a write(), 1 us, which is below the spread of "--appendonly yes"
// against none. A sync: "--appendfsync always" against everysec, on that machine's disk.
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "cache/twin/service_times.h"
#include "cache/twin/twins.h"

namespace hitbench {
namespace {

// Of one kind of operation and size. Round trips are at TimeQuantiles::kProbabilities.
struct MeasuredTime {
  TwinOperation operation;
  uint64_t value_bytes;
  std::array<int64_t, TimeQuantiles::kProbabilities.size()> round_trip_ns;
  int64_t service_ns;
};

constexpr MeasuredTime kRedisTcp[] = {
    {TwinOperation::get_hit, 100, {11550, 18800, 19250, 19950, 21600, 25050, 40350, 63950, 127900}, 5200},
    {TwinOperation::get_hit, 1000, {11550, 20000, 20550, 21350, 22900, 25450, 40750, 63950, 127900}, 5500},
    {TwinOperation::get_hit, 10000, {14200, 20900, 21400, 22200, 23500, 26200, 43500, 74150, 148250}, 9500},
    {TwinOperation::get_hit, 100000, {29700, 40150, 41850, 44150, 57800, 70000, 96300, 165250, 330500}, 23750},
    {TwinOperation::set, 100, {10150, 21500, 22200, 23150, 24550, 27200, 44800, 62600, 125250}, 5800},
    {TwinOperation::set, 1000, {16200, 21500, 22200, 23150, 24550, 27200, 44800, 64750, 129450}, 5800},
    {TwinOperation::set, 10000, {24550, 28250, 29450, 31500, 33350, 38550, 65850, 92450, 184900}, 10950},
    {TwinOperation::set, 100000, {57200, 64850, 66700, 70350, 80750, 93400, 131650, 338450, 676950}, 34750},
    {TwinOperation::get_miss, 0, {11800, 19350, 20550, 23150, 24850, 27500, 46450, 67200, 134350}, 5950},
    {TwinOperation::erase, 0, {10450, 20000, 20450, 21100, 22350, 24750, 41600, 67050, 134050}, 5550},
    {TwinOperation::batch_key, 100, {1350, 1350, 1350, 1350, 1400, 1700, 2400, 5800, 11600}, 850},
    {TwinOperation::connect, 0, {23400, 23400, 24400, 26250, 29000, 33800, 88450, 283050, 566050}, 22700},
    {TwinOperation::script, 0, {13200, 19450, 19900, 20650, 22300, 25700, 41050, 65350, 130050}, 5700},
    {TwinOperation::append, 100, {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000}, 1000},
};

constexpr MeasuredTime kRedisUnix[] = {
    {TwinOperation::get_hit, 100, {6750, 11200, 11700, 12400, 13100, 14450, 27850, 44750, 89550}, 4000},
    {TwinOperation::get_hit, 1000, {7100, 13950, 15350, 18150, 21750, 25050, 39350, 63800, 127550}, 5700},
    {TwinOperation::get_hit, 10000, {8850, 18050, 18850, 19800, 21750, 25050, 39350, 63800, 127550}, 6150},
    {TwinOperation::get_hit, 100000, {33400, 42650, 44950, 47800, 53750, 66050, 100350, 179150, 358300}, 26700},
    {TwinOperation::set, 100, {7300, 13650, 15000, 17450, 21000, 23200, 37450, 55950, 111900}, 5850},
    {TwinOperation::set, 1000, {8400, 15350, 17800, 20200, 24450, 27600, 45350, 67950, 135850}, 5850},
    {TwinOperation::set, 10000, {11100, 20350, 21750, 22850, 24450, 27600, 45350, 67950, 135850}, 8900},
    {TwinOperation::set, 100000, {63450, 73800, 79800, 86400, 92200, 101450, 128250, 201450, 402900}, 39600},
    {TwinOperation::get_miss, 0, {6500, 11900, 12400, 13250, 15100, 19950, 33400, 50900, 101800}, 3450},
    {TwinOperation::erase, 0, {6450, 11350, 12350, 14700, 16500, 20200, 33900, 46300, 92650}, 3300},
    {TwinOperation::batch_key, 100, {850, 900, 950, 1050, 1200, 1300, 1400, 1800, 3650}, 450},
    {TwinOperation::connect, 0, {13300, 13300, 13300, 17600, 21200, 24800, 47400, 132450, 264850}, 12700},
    {TwinOperation::script, 0, {7600, 12050, 12550, 13250, 13950, 15300, 28700, 45650, 90400}, 4900},
    {TwinOperation::append, 100, {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000}, 1000},
};

constexpr MeasuredTime kMemcachedTcp[] = {
    {TwinOperation::get_hit, 100, {8100, 16150, 16700, 17450, 18600, 21900, 32350, 44450, 88850}, 4750},
    {TwinOperation::get_hit, 1000, {8100, 16150, 16700, 17450, 18600, 21900, 32350, 44450, 88850}, 4750},
    {TwinOperation::get_hit, 10000, {9050, 16450, 16900, 17550, 18600, 21900, 32350, 47100, 94250}, 5050},
    {TwinOperation::get_hit, 100000, {29350, 35050, 36200, 37650, 39950, 46100, 61000, 75250, 150550}, 20500},
    {TwinOperation::set, 100, {8200, 14800, 15150, 15850, 17400, 20300, 30350, 41050, 82150}, 4450},
    {TwinOperation::set, 1000, {8900, 15650, 16100, 16650, 17600, 20350, 30350, 41050, 82150}, 4850},
    {TwinOperation::set, 10000, {11450, 18950, 19350, 19900, 20800, 24400, 34900, 47350, 94700}, 7100},
    {TwinOperation::set, 100000, {46350, 55950, 57400, 59400, 64650, 72750, 91350, 123100, 246200}, 26800},
    {TwinOperation::get_miss, 0, {8300, 14950, 15450, 16050, 16800, 18550, 28700, 37600, 75250}, 4050},
    {TwinOperation::erase, 0, {9450, 14500, 14900, 15500, 16150, 17250, 28850, 51800, 103650}, 4800},
    {TwinOperation::batch_key, 100, {500, 500, 500, 500, 500, 500, 500, 500, 500}, 200},
    {TwinOperation::connect, 0, {22550, 22550, 22550, 22550, 27650, 30250, 72350, 1696800, 3393600}, 22550},
};

constexpr MeasuredTime kMemcachedUnix[] = {
    {TwinOperation::get_hit, 100, {6050, 12750, 13550, 14300, 15550, 18750, 33000, 44550, 89050}, 3700},
    {TwinOperation::get_hit, 1000, {8550, 15200, 15750, 16500, 17800, 23850, 37150, 50200, 100400}, 3950},
    {TwinOperation::get_hit, 10000, {8550, 16450, 18500, 22200, 24100, 26900, 37600, 53300, 106600}, 6000},
    {TwinOperation::get_hit, 100000, {17600, 39000, 42050, 47150, 54850, 66900, 137850, 192800, 385550}, 14100},
    {TwinOperation::set, 100, {7100, 14550, 15350, 16350, 17600, 22750, 37050, 49850, 99650}, 3950},
    {TwinOperation::set, 1000, {7100, 14550, 15350, 16350, 19850, 23750, 37050, 67550, 135150}, 3950},
    {TwinOperation::set, 10000, {9700, 17800, 19850, 22050, 24150, 27600, 45000, 149650, 299250}, 7750},
    {TwinOperation::set, 100000, {46200, 65000, 67950, 71700, 78450, 86350, 103700, 189650, 379300}, 33500},
    {TwinOperation::get_miss, 0, {5900, 13400, 13900, 14700, 16000, 20150, 33350, 47050, 94150}, 3400},
    {TwinOperation::erase, 0, {5800, 10950, 11350, 12450, 13400, 14900, 27550, 48650, 97250}, 2400},
    {TwinOperation::batch_key, 100, {550, 550, 550, 600, 650, 650, 650, 950, 1950}, 250},
    {TwinOperation::connect, 0, {17200, 17650, 19000, 20350, 22450, 24200, 33400, 75150, 150300}, 7750},
};

constexpr std::array<int64_t, 9> kSync = {62900, 71150, 74450, 87150, 1461300, 2964800, 7716700, 8940300, 17880600};

ServiceTimes times_of(std::span<const MeasuredTime> measured) {
  std::array<std::vector<TimesAtSize>, kTwinOperations> sizes;
  for (const MeasuredTime& one : measured) {
    TimesAtSize at{
        .value_bytes = one.value_bytes, .round_trip = {}, .service = TimeQuantiles::constant(Duration(one.service_ns))};
    for (size_t i = 0; i < one.round_trip_ns.size(); ++i) at.round_trip.at[i] = Duration(one.round_trip_ns[i]);
    sizes[static_cast<size_t>(one.operation)].push_back(at);
  }
  ServiceTimes times;
  for (size_t i = 0; i < kTwinOperations; ++i) {
    if (!sizes[i].empty()) times.put(static_cast<TwinOperation>(i), std::move(sizes[i]));
  }
  return times;
}

// The thread waits for the disk, so all of it is service.
ServiceTimes with_sync(ServiceTimes times) {
  TimesAtSize sync;
  for (size_t i = 0; i < kSync.size(); ++i) sync.service.at[i] = Duration(kSync[i]);
  sync.round_trip = sync.service;
  times.put(TwinOperation::sync, {sync});
  return times;
}

}  // namespace

const CalibratedTimes& default_times() {
  static const CalibratedTimes times{.source = "measured once over loopback, not on this machine",
                                     .servers = {{"redis", "tcp", with_sync(times_of(kRedisTcp))},
                                                 {"redis", "unix", with_sync(times_of(kRedisUnix))},
                                                 {"memcached", "tcp", times_of(kMemcachedTcp)},
                                                 {"memcached", "unix", times_of(kMemcachedUnix)}}};
  return times;
}

TwinTimes twin_times(const BackendContext& context, const std::string& server, const std::string& transport) {
  const ServiceTimes& shipped = *default_times().find(server, transport);
  const ServiceTimes* const found = context.times != nullptr ? context.times->find(server, transport) : nullptr;
  if (found == nullptr) return {shipped, default_times().source};
  ServiceTimes times = *found;
  for (size_t i = 0; i < kTwinOperations; ++i) {
    const auto operation = static_cast<TwinOperation>(i);
    if (!times.has(operation) && shipped.has(operation)) times.put(operation, shipped.of(operation));
  }
  return {std::move(times), context.times->source};
}

}  // namespace hitbench
