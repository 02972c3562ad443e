#include "workload/trace/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "metrics/histogram.h"

namespace hitbench {
namespace {

constexpr size_t kNoted = 10, kParts = 60;
constexpr double kMostTheta = 4;
constexpr int64_t kStatisticsSecondNs = 1'000'000'000;

// Sums over the ranks a..b of r^-theta and of ln r * r^-theta: one by one at first, then by the midpoint rule, which is
// off by less than 1e-9 of the sum there.
struct RankSums {
  double weights = 0, logs = 0;
};

RankSums rank_sums(double theta, uint64_t count) {
  constexpr uint64_t kOneByOne = 10000;
  RankSums sums;
  for (uint64_t rank = 1; rank <= std::min(count, kOneByOne); ++rank) {
    const double log = std::log(static_cast<double>(rank)), weight = std::exp(-theta * log);
    sums.weights += weight;
    sums.logs += log * weight;
  }
  if (count <= kOneByOne) return sums;
  const double a = kOneByOne + 0.5, b = static_cast<double>(count) + 0.5, k = 1 - theta;
  const double log_a = std::log(a), log_b = std::log(b);
  if (std::abs(k) < 1e-9) {
    sums.weights += log_b - log_a;
    sums.logs += (log_b * log_b - log_a * log_a) / 2;
    return sums;
  }
  const double power_a = std::exp(k * log_a), power_b = std::exp(k * log_b);
  sums.weights += (power_b - power_a) / k;
  sums.logs += (power_b * (log_b - 1 / k) - power_a * (log_a - 1 / k)) / k;
  return sums;
}

template <class Number>
std::optional<Spread> spread_of(std::vector<Number> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  // The smallest value that at least this share of all do not exceed.
  const auto at = [&](double share) {
    const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(values.size())));
    return static_cast<double>(values[std::max<size_t>(rank, 1) - 1]);
  };
  double sum = 0;
  for (const Number value : values) sum += static_cast<double>(value);
  return Spread{.min = static_cast<double>(values.front()),
                .median = at(0.5),
                .p90 = at(0.9),
                .p99 = at(0.99),
                .max = static_cast<double>(values.back()),
                .mean = sum / static_cast<double>(values.size())};
}

// The same, to a thousandth, of what there may be one of for each request. A histogram ends at an hour of nanoseconds:
// in microseconds that is 41 days.
class Measured {
 public:
  void add(Duration value) {
    histogram_.record(value.count() / kUnitNs);
    sum_ns_ += static_cast<double>(value.count());
  }
  std::optional<Spread> spread() const {
    if (histogram_.count() == 0) return std::nullopt;
    const auto ns = [](int64_t units) { return static_cast<double>(units) * kUnitNs; };
    return Spread{.min = ns(histogram_.min()),
                  .median = ns(histogram_.quantile(0.5)),
                  .p90 = ns(histogram_.quantile(0.9)),
                  .p99 = ns(histogram_.quantile(0.99)),
                  .max = ns(histogram_.max()),
                  .mean = sum_ns_ / static_cast<double>(histogram_.count())};
  }

 private:
  static constexpr int64_t kUnitNs = 1000;
  Histogram histogram_;
  double sum_ns_ = 0;
};

class Statistician {
 public:
  explicit Statistician(const CompactTrace& trace)
      : trace_(trace), reads_of_(trace.keys()), read_at_(trace.keys()), is_written_(trace.keys()) {}

  TraceStatistics all() {
    for (const CompactRequest& request : trace_.requests()) take(request);
    about_keys();
    about_popularity();
    about_time();
    out_.requests = trace_.requests().size();
    out_.reuse_ns = reuse_.spread();
    out_.ttl_ns = ttl_.spread();
    out_.origin_ns = origin_.spread();
    return out_;
  }

 private:
  void take(const CompactRequest& request) {
    if (const auto ttl = trace_.ttl_of(request)) ttl_.add(*ttl);
    if (const auto time = CompactTrace::origin_time_of(request)) origin_.add(*time);
    switch (request.operation()) {
      case TraceOperation::read:
        return take_read(request);
      case TraceOperation::fill:
        ++out_.fills;
        return;
      case TraceOperation::write:
        ++out_.writes;
        break;
      case TraceOperation::erase:
        ++out_.deletes;
        break;
      case TraceOperation::modify:
        ++out_.modifies;
        break;
    }
    is_written_[request.key] = true;
  }

  void take_read(const CompactRequest& request) {
    ++out_.reads;
    if (request.absent()) ++out_.absent_reads;
    const Duration now = trace_.time_of(request);
    if (reads_of_[request.key]++ > 0) {
      ++out_.repeated_reads;
      if (trace_.has_times()) reuse_.add(now - read_at_[request.key]);
    }
    read_at_[request.key] = now;
  }

  void about_keys() {
    std::vector<uint32_t> keys, values;
    for (uint32_t key = 0; key < trace_.keys(); ++key) {
      ++out_.keys;
      if (reads_of_[key] > 0) ++out_.keys_read;
      if (reads_of_[key] == 1) ++out_.one_hit_wonders;
      if (is_written_[key]) ++out_.keys_written;
      keys.push_back(trace_.key_bytes(key));
      const uint32_t bytes = trace_.last_bytes(key);
      if (bytes == CompactRequest::kUnknownBytes) {
        ++out_.unknown_values;
        continue;
      }
      values.push_back(bytes);
      out_.footprint_bytes += static_cast<double>(bytes) + trace_.key_bytes(key);
    }
    out_.key_bytes = spread_of(std::move(keys));
    out_.value_bytes = spread_of(std::move(values));
  }

  void about_popularity() {
    std::vector<uint32_t> by_rank(trace_.keys());
    std::iota(by_rank.begin(), by_rank.end(), 0U);
    std::sort(by_rank.begin(), by_rank.end(), [&](uint32_t a, uint32_t b) {
      return reads_of_[a] != reads_of_[b] ? reads_of_[a] > reads_of_[b] : a < b;
    });
    while (!by_rank.empty() && reads_of_[by_rank.back()] == 0) by_rank.pop_back();
    if (by_rank.empty()) return;
    std::vector<uint64_t> counts;
    for (const uint32_t key : by_rank) counts.push_back(reads_of_[key]);
    if (counts.size() > 1) out_.zipf_theta = zipf_theta_of(counts);
    const auto share = [&](size_t first) {
      const auto end = counts.begin() + static_cast<std::ptrdiff_t>(std::min(first, counts.size()));
      return static_cast<double>(std::accumulate(counts.begin(), end, uint64_t{0})) / static_cast<double>(out_.reads);
    };
    out_.top_shares = {share(1), share(10), share(100), share(std::max<size_t>(1, counts.size() / 100))};
    by_rank.resize(std::min(by_rank.size(), kNoted));
    note(by_rank);
    if (trace_.has_times()) about_peaks(by_rank);
  }

  void note(const std::vector<uint32_t>& keys) {
    for (const uint32_t key : keys) {
      out_.hottest.push_back({.text = std::string(trace_.key_text(key)),
                              .requests = reads_of_[key],
                              .share = static_cast<double>(reads_of_[key]) / static_cast<double>(out_.reads)});
    }
  }

  int64_t second_of(const CompactRequest& request) const {
    return (trace_.start() + trace_.time_of(request)).count() / kStatisticsSecondNs;
  }

  // Requests are in the order of time, so those of a second follow each other.
  struct Peak {
    int64_t second = INT64_MIN;
    uint64_t here = 0, most = 0;
    void add(int64_t now) {
      if (now != second) here = 0;
      second = now;
      most = std::max(most, ++here);
    }
  };

  void about_peaks(const std::vector<uint32_t>& noted) {
    std::unordered_map<uint32_t, Peak> of_keys;
    for (const uint32_t key : noted) of_keys.emplace(key, Peak{});
    Peak all;
    for (const CompactRequest& request : trace_.requests()) {
      const int64_t second = second_of(request);
      all.add(second);
      if (const auto key = of_keys.find(request.key); key != of_keys.end()) key->second.add(second);
    }
    out_.peak_per_s = all.most;
    for (size_t i = 0; i < noted.size(); ++i) out_.hottest[i].peak_per_s = of_keys[noted[i]].most;
  }

  void about_time() {
    if (!trace_.has_times() || trace_.span() == Duration{0}) return;
    const double span_ns = static_cast<double>(trace_.span().count());
    out_.span_s = span_ns / kStatisticsSecondNs;
    out_.mean_per_s = static_cast<double>(trace_.requests().size()) / out_.span_s;
    out_.over_time.resize(std::clamp<size_t>(static_cast<size_t>(out_.span_s), 1, kParts));
    for (const CompactRequest& request : trace_.requests()) {
      const double part = static_cast<double>(trace_.time_of(request).count()) / span_ns;
      const auto at = static_cast<size_t>(part * static_cast<double>(out_.over_time.size()));
      ++out_.over_time[std::min(at, out_.over_time.size() - 1)];
    }
  }

  const CompactTrace& trace_;
  std::vector<uint64_t> reads_of_;
  std::vector<Duration> read_at_;
  std::vector<bool> is_written_;
  Measured reuse_, ttl_, origin_;
  TraceStatistics out_;
};

}  // namespace

double zipf_theta_of(const std::vector<uint64_t>& counts_by_rank) {
  double requests = 0, logs = 0;
  for (size_t rank = 0; rank < counts_by_rank.size(); ++rank) {
    requests += static_cast<double>(counts_by_rank[rank]);
    logs += static_cast<double>(counts_by_rank[rank]) * std::log(static_cast<double>(rank + 1));
  }
  const double observed = logs / requests;
  double low = 0, high = kMostTheta;
  for (int step = 0; step < 50; ++step) {  // the expected mean logarithm falls as theta grows
    const double theta = (low + high) / 2;
    const RankSums sums = rank_sums(theta, counts_by_rank.size());
    (sums.logs / sums.weights > observed ? low : high) = theta;
  }
  return (low + high) / 2;
}

TraceStatistics statistics_of(const CompactTrace& trace) { return Statistician(trace).all(); }

}  // namespace hitbench
