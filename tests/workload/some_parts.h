// Parts and a registry for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "registry.h"
#include "workload/parts.h"
#include "workload/trace/parts.h"

namespace hitbench {

inline Params params(std::initializer_list<std::pair<std::string, Params::Value>> values) {
  Params all;
  for (const auto& [name, value] : values) all.put(name, value);
  return all;
}

inline double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

inline Part part(const std::string& type, const Params& with = {}) {
  return {.type = type, .name = type, .params = with};
}

inline Registry workload_registry() {
  Registry all;
  all.keys = {{{"uniform", ""}, make_uniform_keys}, {{"zipf", ""}, make_zipf_keys},
              {{"hotspot", ""}, make_hotspot_keys}, {{"sequential", ""}, make_sequential_keys},
              {{"normal", ""}, make_normal_keys},   {{"latest", ""}, make_latest_keys},
              {{"trace", ""}, make_trace_keys}};
  constexpr std::string_view kNginx =
      R"($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent")";
  all.traces = {{{"hbt", ""}, make_compact_reader, "", false, true, false},
                {{"nginx", ""}, make_web_log_reader, kNginx},
                {{"redis-monitor", ""}, make_redis_monitor_reader, "", false, false, true, true},
                {{"csv", ""}, make_csv_reader, "", true, false, false},
                {{"keys", ""}, make_keys_reader}};
  all.values = {{{"fixed", ""}, make_fixed_values},
                {{"uniform", ""}, make_uniform_values},
                {{"lognormal", ""}, make_lognormal_values},
                {{"etc", ""}, make_etc_values},
                {{"list", ""}, make_list_values}};
  all.latencies = {{{"fixed", ""}, make_fixed_latency}};
  all.arrivals = {{{"closed", ""}, make_closed_arrivals},
                  {{"open", ""}, make_open_arrivals},
                  {{"barrier", ""}, make_barrier_arrivals}};
  return all;
}

inline WorkloadSpec uniform_spec(uint64_t count) {
  WorkloadSpec spec;
  spec.keys = part("uniform");
  spec.key_count = count;
  spec.values = part("fixed", params({{"bytes", int64_t{100}}}));
  return spec;
}

// A file of its own for the running test.
inline std::string write_file(const std::string& content) {
  const std::string path =
      testing::TempDir() + "hitbench_" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".txt";
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

// What the Error says that `act` throws; empty if it throws none.
template <class Act>
std::string refusal(Act act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::usage);
    EXPECT_NE(error.remedy(), "");
    return error.what();
  }
  return "";
}

}  // namespace hitbench
