#include "metrics/summary.h"

#include <algorithm>

#include "base/time.h"
#include "metrics/latency_map.h"
#include "stats/order_interval.h"

namespace hitbench {
namespace {

constexpr uint64_t kValuesAbove = 10;

template <class AnyHistogram>
Maybe<int64_t> percentile(const AnyHistogram& histogram, int permille) {
  if (histogram.count() * static_cast<uint64_t>(1000 - permille) < kValuesAbove * 1000) return {};
  return histogram.quantile(permille / 1000.0);
}

// From two of the values, by their ranks: no distribution is assumed, but independent values are. Those of one run are
// not, which makes it too narrow: the scatter between rounds is the better witness.
Maybe<std::vector<int64_t>> interval(const Histogram& histogram, int permille) {
  if (!percentile(histogram, permille)) return {};
  const std::optional<OrderRanks> ranks = order_ranks(histogram.count(), permille / 1000.0);
  if (!ranks) return {};
  return std::vector{Histogram::lowest_of(histogram.index_of_rank(ranks->low)),
                     Histogram::highest_of(histogram.index_of_rank(ranks->high))};
}

Percentiles percentiles_of(const Histogram& histogram) {
  Percentiles out;
  out.count = histogram.count();
  if (out.count == 0) return out;
  out.mean_ns = histogram.mean();
  out.p50_ns = percentile(histogram, 500);
  out.p90_ns = percentile(histogram, 900);
  out.p95_ns = percentile(histogram, 950);
  out.p99_ns = percentile(histogram, 990);
  out.p99_9_ns = percentile(histogram, 999);
  out.max_ns = histogram.max();
  out.out_of_range = histogram.out_of_range();
  return out;
}

LatencyResult summarize_all(const Recorder::Latency& latency) {
  return {summarize(latency.response), summarize(latency.service), summarize(latency.gen_late),
          summarize(latency.failed)};
}

Maybe<double> mean_of(const Recorder::Mean& mean) {
  if (mean.count == 0) return {};
  return static_cast<double>(mean.sum_ns) / static_cast<double>(mean.count);
}

ReadsResult reads_of(const Recorder& recorder) {
  return {.fresh_hit = recorder.reads(Outcome::fresh_hit),
          .stale_hit = recorder.reads(Outcome::stale_hit),
          .null_hit = recorder.reads(Outcome::null_hit),
          .coalesced = recorder.reads(Outcome::coalesced),
          .miss = recorder.reads(Outcome::miss),
          .failed = recorder.reads(Outcome::failed)};
}

Maybe<double> hit_ratio_of(const ReadsResult& reads) {
  const uint64_t hits = reads.fresh_hit + reads.stale_hit + reads.null_hit;
  const uint64_t all = answered(reads);
  if (all == 0) return {};
  return static_cast<double>(hits) / static_cast<double>(all);
}

MissesResult misses_of(const Recorder& recorder) {
  return {.first = recorder.misses(MissCause::first),
          .expired = recorder.misses(MissCause::expired),
          .evicted = recorder.misses(MissCause::evicted),
          .invalidated = recorder.misses(MissCause::invalidated),
          .lost = recorder.misses(MissCause::lost),
          .early = recorder.misses(MissCause::early),
          .unavailable = recorder.misses(MissCause::unavailable),
          .unknown = recorder.misses(MissCause::unknown)};
}

void fill_consistency(Consistency& consistency, const Recorder& recorder) {
  const Percentiles staleness = percentiles_of(recorder.staleness());
  consistency.stale_reads = staleness.count;
  if (staleness.count > 0) consistency.max_staleness_ns = recorder.max_staleness_ns();
  // The histogram ends at an hour: what lies beyond has no percentile.
  const bool within = 100 * staleness.out_of_range < staleness.count;
  if (within) consistency.p99_staleness_ns = staleness.p99_ns;
  consistency.dirty_reads = recorder.dirty();
  consistency.non_monotonic_reads = recorder.non_monotonic();
  consistency.corrupt_values = recorder.corrupt();
  consistency.unchecked = recorder.unchecked();
}

WritesResult writes_of(const KindCounts& counts) {
  return {.acknowledged = counts.operations - counts.failed, .failed = counts.failed};
}

uint64_t operations_of(const Recorder& recorder) {
  return recorder.counts(OperationKind::read).operations + recorder.counts(OperationKind::write).operations +
         recorder.counts(OperationKind::erase).operations;
}

std::vector<SecondResult> series_of(const Recorder& recorder) {
  std::vector<SecondResult> series;
  for (const Second& second : recorder.series()) {
    const CoarseHistogram reads = recorder.read_tails().at(series.size());
    const CoarseHistogram writes = recorder.write_tails().at(series.size());
    // The end of a bucket may lie beyond the longest response of all.
    const auto quantile = [&](const CoarseHistogram& histogram, int permille) {
      const Maybe<int64_t> ns = percentile(histogram, permille);
      return ns ? Maybe<int64_t>(std::min(*ns, second.max_response_ns)) : ns;
    };
    series.push_back({.second = static_cast<int64_t>(series.size()),
                      .operations = second.operations,
                      .reads = second.reads,
                      .hits = second.hits,
                      .failed = second.failed,
                      .origin_loads = second.origin_loads,
                      .expired = second.expired,
                      .evicted = second.evicted,
                      .max_response_ns = second.max_response_ns,
                      .read_p50_ns = quantile(reads, 500),
                      .read_p99_ns = quantile(reads, 990),
                      .write_p50_ns = quantile(writes, 500),
                      .write_p99_ns = quantile(writes, 990)});
  }
  return series;
}

void add_latencies(RoundResult& round, const std::string& prefix, const Histogram& histogram) {
  const Percentiles all = percentiles_of(histogram);
  const auto add = [&](const char* name, auto value) {
    if (value) round.latency_ns[prefix + name] = static_cast<double>(*value);
  };
  add("mean", all.mean_ns);
  add("p50", all.p50_ns);
  add("p90", all.p90_ns);
  add("p95", all.p95_ns);
  add("p99", all.p99_ns);
  add("p99_9", all.p99_9_ns);
  add("max", all.max_ns);
}

}  // namespace

std::string fault_of(const RunResult& run, const std::string& subject) {
  if (run.skipped) return subject + (run.failed() ? " failed: " : " was skipped: ") + *run.skipped;
  if (run.validity.valid) return "";
  return subject + " is invalid" + (run.validity.reasons.empty() ? "" : ": " + run.validity.reasons.front().text);
}

uint64_t answered(const ReadsResult& r) { return r.fresh_hit + r.stale_hit + r.null_hit + r.coalesced + r.miss; }

Percentiles summarize(const Histogram& histogram) {
  Percentiles out = percentiles_of(histogram);
  if (out.count == 0) return out;
  out.p50_interval_ns = interval(histogram, 500);
  out.p99_interval_ns = interval(histogram, 990);
  out.p99_9_interval_ns = interval(histogram, 999);
  out.histogram = histogram.encode_v2();
  return out;
}

void set_failures(RunResult& run) {
  run.failed_operations = run.reads.failed + run.writes.failed + run.deletes.failed;
  if (run.operations == 0) return;
  run.failed_share = static_cast<double>(*run.failed_operations) / static_cast<double>(run.operations);
}

void fill(RunResult& run, const Recorder& recorder) {
  run.operations = operations_of(recorder);
  run.read = summarize_all(recorder.latency(OperationKind::read));
  run.write = summarize_all(recorder.latency(OperationKind::write));
  run.erase = summarize_all(recorder.latency(OperationKind::erase));
  run.modify = summarize_all(recorder.latency(OperationKind::modify));
  run.reads = reads_of(recorder);
  run.writes = writes_of(recorder.counts(OperationKind::write));
  run.deletes = writes_of(recorder.counts(OperationKind::erase));
  set_failures(run);
  run.hit_ratio = hit_ratio_of(run.reads);
  run.costs = {.hit_ns = mean_of(recorder.hit_service()),
               .miss_ns = mean_of(recorder.miss_service()),
               .load_ns = mean_of(recorder.load())};
  run.loaded = summarize(recorder.loaded());
  run.misses = misses_of(recorder);
  fill_consistency(run.consistency, recorder);
  run.series = series_of(recorder);
  run.latency_map = latency_map_of(recorder.read_tails());
}

RoundResult round_of(const Recorder& recorder, int round, Duration duration) {
  RoundResult out;
  out.round = round;
  out.operations = operations_of(recorder);
  out.duration_ns = duration.count();
  const double seconds = in_seconds(duration);
  if (seconds > 0) out.throughput_ops_s = static_cast<double>(out.operations) / seconds;
  out.hit_ratio = hit_ratio_of(reads_of(recorder));
  add_latencies(out, "read.response.", recorder.latency(OperationKind::read).response);
  add_latencies(out, "read.service.", recorder.latency(OperationKind::read).service);
  add_latencies(out, "write.response.", recorder.latency(OperationKind::write).response);
  add_latencies(out, "write.service.", recorder.latency(OperationKind::write).service);
  add_latencies(out, "delete.response.", recorder.latency(OperationKind::erase).response);
  add_latencies(out, "modify.response.", recorder.latency(OperationKind::modify).response);
  return out;
}

}  // namespace hitbench
