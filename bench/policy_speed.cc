// How fast a trace goes through each eviction policy and through the LRU curve, on one thread, from the compact form:
// the file is mapped anew each time and read as `hitbench curve` reads it.
//
//   policy_speed TRACE.hbt SIZE...
//
// The limit is a bare loop over the same keys, in memory, that reads one array entry for each. A few of its passes come
// behind each policy, so that a machine that drifts hits all alike. Prints ns of CPU time per request, a line each:
// "bare 1.23", "lru-763 20.10" (policy and size in entries), "curve 40.00" (LRU at all sizes).

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "base/check.h"
#include "cpu_time.h"
#include "curve/curve.h"
#include "curve/replay.h"
#include "curve/simulate.h"
#include "registry.h"
#include "workload/trace/compact.h"

namespace {

using namespace hitbench;

constexpr int kBarePasses = 4;  // behind each policy: a single one takes a few milliseconds

class BareLoop {
 public:
  explicit BareLoop(const std::string& file) {
    const auto trace = load_trace({.file = file}, registry());
    for (const CompactRequest& request : trace->requests()) keys_.push_back(request.key);
    entries_.resize(trace->keys(), 1);
    pass();  // warms the CPU's caches
  }

  size_t requests() const { return keys_.size(); }

  void run() {
    const double start = cpu_ns();
    for (int i = 0; i < kBarePasses; ++i) pass();
    ns_ += cpu_ns() - start;
    passes_ += kBarePasses;
  }

  double ns_per_request() const { return ns_ / passes_ / static_cast<double>(requests()); }

 private:
  void pass() {
    uint64_t sum = 0;
    for (const uint32_t key : keys_) sum += entries_[key];
    CHECK(sum == requests());
  }

  std::vector<uint32_t> keys_;
  std::vector<uint32_t> entries_;  // by key, each 1
  double ns_ = 0, passes_ = 0;
};

void run_policy(const std::string& file, const EvictionRow& row, uint64_t size) {
  const auto trace = load_trace({.file = file}, registry());
  const Replay replay = replay_of(*trace);
  CHECK(replay.is_plain && replay.sizes.bytes.empty());
  const auto policy = row.policy({.capacity = size, .nodes = replay.keys});
  CHECK(simulate(replay, {.capacity = size}, *policy).hits > 0);
}

void run_curve(const std::string& file, const CurveMakers& makers) {
  const auto trace = load_trace({.file = file}, registry());
  const CurveSet set = curves_of(*trace, {.policies = {"lru"}}, makers);
  CHECK(set.curves.front().knows_all_sizes);
}

template <class Body>
void measure(const std::string& name, BareLoop& bare, const Body& body) {
  const double start = cpu_ns();
  body();
  std::printf("%s %.3f\n", name.c_str(), (cpu_ns() - start) / static_cast<double>(bare.requests()));
  bare.run();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: policy_speed TRACE.hbt SIZE...\n");
    return 2;
  }
  const std::string file = argv[1];
  BareLoop bare(file);
  CurveMakers makers;
  for (const EvictionRow& row : registry().evictions) makers.policies[std::string(row.name)] = row.policy;
  for (const EvictionRow& row : registry().evictions) {
    for (int i = 2; i < argc; ++i) {
      const uint64_t size = std::stoull(argv[i]);
      measure(std::string(row.name) + "-" + argv[i], bare, [&] { run_policy(file, row, size); });
    }
  }
  measure("curve", bare, [&] { run_curve(file, makers); });
  std::printf("bare %.3f\n", bare.ns_per_request());
}
