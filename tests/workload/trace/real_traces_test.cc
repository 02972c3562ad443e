// Reads real access traces, which are optional: they lie in the folder that HITBENCH_TRACES names, else in
// shared/traces beside the sources.
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <unordered_set>

#include "tests/workload/trace/spell_request.h"

namespace hitbench {
namespace {

// `HITBENCH_SOURCE_DIR` comes from CMakeLists.txt.
std::string real_traces_folder() {
  const char* const named = std::getenv("HITBENCH_TRACES");
  return named != nullptr ? named : HITBENCH_SOURCE_DIR "/../shared/traces";
}

class RealTraces : public testing::Test {
 protected:
  void SetUp() override {
    if (std::filesystem::is_directory(real_traces_folder())) return;
    GTEST_SKIP() << "no traces in " << real_traces_folder() << ": set HITBENCH_TRACES to the folder that holds them";
  }
};

struct Counts {
  uint64_t requests = 0, malformed = 0;
  size_t keys = 0;
};

Counts count(TraceMaker make, const std::string& file) {
  const std::string path = real_traces_folder() + "/" + file;
  const auto reader = make({.bytes = open_bytes(path), .name = path, .layout = ""});
  std::unordered_set<int64_t> keys;
  Counts counts;
  Request request;
  for (Got got = reader->next(request); got != Got::end; got = reader->next(request)) {
    ++(got == Got::request ? counts.requests : counts.malformed);
    int64_t key = 0;
    const char* const end = request.key.data() + request.key.size();
    if (got == Got::request && std::from_chars(request.key.data(), end, key).ptr == end) keys.insert(key);
  }
  counts.keys = keys.size();
  return counts;
}

TEST_F(RealTraces, OfTheArcAuthorsAreReadWhole) {
  const Counts counts = count(make_arc_reader, "OLTP.lis.zst");
  EXPECT_EQ(counts.requests, 914145U);
  EXPECT_EQ(counts.keys, 186880U);
  EXPECT_EQ(counts.malformed, 0U);
}

TEST_F(RealTraces, OfCache2kAreReadWhole) {
  const Counts counts = count(make_cache2k_reader, "orm-busy.trace.xz");
  EXPECT_EQ(counts.requests, 5000000U);
  EXPECT_EQ(counts.keys, 76349U);
  EXPECT_EQ(counts.malformed, 0U);
}

}  // namespace
}  // namespace hitbench
