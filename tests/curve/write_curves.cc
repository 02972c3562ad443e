// Writes curves with everything that they can have, and with as little as possible, for the validator of the schema.
#include <cstdio>
#include <fstream>

#include "curve/curve_json.h"
#include "tests/curve/fake_trace.h"

namespace hitbench {
namespace {

void write(const std::string& path, const FakeTrace& trace, const CurveSpec& spec) {
  std::ofstream(path) << curve_json(curves_of(trace, spec, naive_policies()), "a.trace", "hitbench 1");
}

void write_all(const std::string& folder) {
  write(folder + "/smallest.curve.json", FakeTrace(std::vector<uint32_t>{0, 1, 0}), {});
  std::vector<uint32_t> sizes;
  for (uint32_t key = 0; key < 9000; ++key) sizes.push_back(key % 100);
  CurveSpec spec;
  spec.ttl = std::chrono::minutes(10);
  spec.policies = {"fifo"};
  spec.points = 4;
  write(folder + "/ttl.curve.json", FakeTrace(random_requests(1, 20'000, 90, 0.1), sizes), spec);
  spec.ttl = {};
  spec.policies = {"lru"};
  spec.sample = 8000;
  write(folder + "/sampled.curve.json", FakeTrace(random_requests(1, 60'000, 9000), sizes), spec);
}

}  // namespace
}  // namespace hitbench

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  hitbench::write_all(argv[1]);
}
