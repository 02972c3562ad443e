// What is in a trace: how much of it could hit, how skewed it is, how large, how fast, and how often keys come again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workload/trace/compact.h"

namespace hitbench {

// Values of a distribution, none where nothing is known of it.
struct Spread {
  double min = 0, median = 0, p90 = 0, p99 = 0, max = 0, mean = 0;
};

// A key that stands out.
struct NotedKey {
  std::string text;
  uint64_t requests = 0;
  double share = 0;         // of all reads
  uint64_t peak_per_s = 0;  // most requests in a second of the trace's clock; 0 without times
};

struct TraceStatistics {
  uint64_t requests = 0, reads = 0, writes = 0, deletes = 0, modifies = 0, fills = 0;
  uint64_t absent_reads = 0;
  uint64_t keys = 0, keys_read = 0, keys_written = 0;
  uint64_t one_hit_wonders = 0;  // keys that are read once
  // Reads of a key that was read before: what a cache of any size without a TTL could hit, writes aside.
  uint64_t repeated_reads = 0;
  // Of reads over the keys' ranks, by maximum likelihood; none with fewer than two keys.
  std::optional<double> zipf_theta;
  std::array<double, 4> top_shares = {};  // of reads: of the hottest key, 10, 100 keys, 1 % of the keys
  std::vector<NotedKey> hottest;          // up to ten, the most read first
  std::optional<Spread> key_bytes;        // by key
  std::optional<Spread> value_bytes;      // by key, when last known
  uint64_t unknown_values = 0;            // keys whose value's size nothing tells
  double footprint_bytes = 0;             // of keys and values that are known
  std::optional<Spread> reuse_ns;         // from a read of a key to the next one
  std::optional<Spread> ttl_ns;           // by request that has one
  std::optional<Spread> origin_ns;        // by request that has one
  double span_s = 0;                      // 0 without times
  double mean_per_s = 0;
  uint64_t peak_per_s = 0;          // most requests in a second of the trace's clock
  std::vector<uint64_t> over_time;  // requests in equal parts of the span: 60, fewer for a short one
};

TraceStatistics statistics_of(const CompactTrace& trace);

// The exponent under which counts by rank, the largest first, are likeliest: where the mean logarithm of the rank drawn
// is the observed one (Clauset, Shalizi, Newman: "Power-law distributions in empirical data", 2009, for the ranks 1 to
// n). Between 0 and 4.
double zipf_theta_of(const std::vector<uint64_t>& counts_by_rank);

}  // namespace hitbench
