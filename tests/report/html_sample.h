// A row with everything that charts draw, and the data in a page.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "metrics/histogram.h"
#include "tests/report/sample.h"

namespace hitbench::sample {

inline Percentiles distribution(uint64_t count, int64_t around_ns) {
  Histogram histogram;
  for (uint64_t i = 0; i < count; ++i) histogram.record(around_ns + static_cast<int64_t>(i * 7919 % 100'000));
  Percentiles p;
  p.count = count;
  p.p50_ns = histogram.quantile(0.5);
  p.p99_ns = histogram.quantile(0.99);
  p.max_ns = histogram.max();
  p.histogram = histogram.encode_v2();
  return p;
}

// With everything that charts draw.
inline RunResult rich(const std::string& name, int seconds = 60) {
  RunResult r = redis();
  r.name = name;
  r.read.response = r.read.service = distribution(10'000, 80'000);
  r.loaded = distribution(2000, 80'000);
  r.duration_ns = seconds * 1'000'000'000LL;
  for (int i = 0; i < seconds; ++i) {
    r.series.push_back({.second = i,
                        .operations = 1000,
                        .reads = 900,
                        .hits = 800,
                        .origin_loads = 100,
                        .max_response_ns = 5'000'000,
                        .read_p50_ns = 90'000,
                        .read_p99_ns = 2'000'000 + i});
  }
  for (int i = 0; i < 40; ++i) r.latency_map.highest_ns.push_back(20'000 << (i / 4));
  for (int i = 0; i < std::min(seconds, 60); ++i) {
    r.latency_map.begins_s.push_back(i);
    r.latency_map.reads.emplace_back();
    for (int j = 0; j < 40; ++j) {
      const bool is_used = (j > 4 && j < 9) || (j > 25 && j < 31);  // hits and misses
      r.latency_map.reads.back().push_back(is_used ? static_cast<uint64_t>(1 + j * 7919 % 83 * (i % 7)) : 0);
    }
  }
  r.misses = {.first = 200, .expired = 7000, .evicted = 1000};
  r.consistency.stale_reads = 3;
  r.consistency.max_staleness_ns = 12'000'000;
  r.backend.memory_bytes_per_entry = 180;
  r.backend.cpu_ns_per_op = 9000;
  return r;
}

// The JSON that can be saved from it.
inline std::string unpacked(const std::string& page) {
  constexpr std::string_view kStart = "data:application/gzip;base64,";
  const size_t from = page.find(kStart) + kStart.size();
  const std::string packed = from_base64(page.substr(from, page.find('"', from) - from)).value();
  std::string text(64 << 20, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  EXPECT_EQ(inflateEnd(&stream), Z_OK);
  return text;
}

}  // namespace hitbench::sample
