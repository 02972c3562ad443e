// Hit ratio by cache size: `hitbench curve`. No clients and no clock; a trace in, a set of curves out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "curve/policy_hits.h"
#include "curve/replay.h"
#include "workload/trace/compact.h"

namespace hitbench {

enum class SizeUnit { entries, bytes };

struct CurveSpec {
  std::vector<std::string> policies;  // empty: lru, and belady where entries have one size
  std::vector<uint64_t> sizes;        // empty: a grid that follows the curves
  std::optional<SizeUnit> unit;       // default: bytes where entries differ in size, else entries
  std::optional<Duration> ttl;        // of every entry, from when it is stored
  bool trace_ttl = false;             // entries end when the trace's own sets say so
  std::optional<double> rate;         // of requests per second, which twins get evenly instead of at the trace's times
  size_t points = 24;                 // of the grid, at most
  std::optional<uint64_t> sample;     // keys; 0: never a sample
  unsigned threads = 1;
  uint64_t seed = 1;
  Duration patience = std::chrono::seconds(30);  // with a program that neither reads nor answers
  std::function<void(size_t ended, size_t all)> progress;
};

struct CurvePoint {
  uint64_t size = 0;
  uint64_t hits = 0;  // estimated where a sample was taken
  double hit_ratio = 0;
  std::optional<double> byte_hit_ratio = {};  // where the trace has sizes
  std::optional<double> error = {};           // of a sample: half of the 95 % interval of the hit ratio
};

// The smallest size that has `share` of the hits that an unlimited one would have.
struct CurveReach {
  double share = 0;
  std::optional<uint64_t> size;  // none of those that were tried
};

struct PolicyCurve {
  std::string policy;
  CurveMethod method = CurveMethod::simulated;
  std::vector<CurvePoint> points = {};  // ascending
  std::optional<CurvePoint> knee = {};
  std::vector<CurveReach> reach = {};
  bool knows_all_sizes = false;  // knee and reach are of all sizes, not only of the points
};

struct CurveSample {
  uint64_t keys = 0;  // of each sample, as intended
  double rate = 0;
  unsigned samples = 0;
  double error = 0;  // the largest of any point
};

struct CurveSet {
  uint64_t requests = 0, keys = 0;
  SizeUnit unit = SizeUnit::entries;
  std::optional<Duration> ttl;
  bool trace_ttl = false;
  Ceiling ceiling;
  double mean_bytes = 0;  // of an entry that was stored; 0: no sizes are known
  bool equal_sizes = true;
  uint64_t unknown_sizes = 0;  // keys whose size is a guess
  std::optional<CurveSample> sample;
  std::vector<PolicyCurve> curves;
  // Of the trace.
  std::string format;
  TraceCounts counts;
  bool has_times = false, whole_seconds = false;
  std::optional<double> rate = {};  // at which twins got the requests; none: at the trace's own times

  double ceiling_ratio() const {
    return ceiling.reads == 0 ? 0 : static_cast<double>(ceiling.hits) / static_cast<double>(ceiling.reads);
  }
  bool has_sizes() const { return ceiling.bytes > 0; }
  uint64_t footprint() const { return unit == SizeUnit::bytes ? ceiling.bytes : ceiling.entries; }
};

// Throws Error{usage} for a spec that is not for this trace.
CurveSet curves_of(const CompactTrace& trace, const CurveSpec& spec, const CurveMakers& makers);

}  // namespace hitbench
