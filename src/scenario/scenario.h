// A scenario: one question, as data. Read from JSON against the registry's tables, every default filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fault.h"
#include "base/part.h"
#include "base/time.h"

namespace hitbench {

struct Registry;

// Shares of the operations; they add up to 1.
struct Mix {
  double read = 1, write = 0, erase = 0, insert = 0, modify = 0;
};

struct Absent {
  double share = 0;  // of the reads
  uint64_t keys = 1000;
  bool unique = false;  // never repeats a key
};

struct WorkloadSpec {
  Part keys;  // row of key distributions; "count" is in `key_count`
  uint64_t key_count = 100000;
  std::optional<Part> write_keys;  // which of the same keys writes and deletes ask for; empty: as `keys` says
  int key_bytes = 16;
  Part values;  // row of value sizes
  Mix mix;
  Absent absent;
  Part arrivals;  // row of arrivals: closed {think}, open {rate, process}, barrier {every, warm}
};

struct AppSpec {
  int processes = 1;
  int clients = 50;      // per process
  int connections = 50;  // per process
  bool pool_per_operation = false;
  bool thread_model = false;
  Duration timeout = std::chrono::seconds(1);
  int retries = 0;
  bool spin = false;
  std::vector<int> pin;  // cores of the processes; empty: not pinned

  uint64_t all_clients() const { return static_cast<uint64_t>(processes) * static_cast<uint64_t>(clients); }
};

inline constexpr Duration kUsualWarmupLimit = std::chrono::seconds(10);  // of operations that nobody asked for
inline constexpr Duration kUsualSteadyLimit = std::chrono::seconds(30);  // in real time
inline constexpr uint64_t kUsualSteadyOperations = 1'000'000;            // in virtual time

struct WarmupSpec {
  bool steady = false;      // until the hit ratio is: docs/method.md, "Warm-up"; with `operations` after so many
  uint64_t operations = 0;  // in all
  Duration duration{0};
  Duration limit{0};    // for a row, of `steady` and of operations; 0: the usual one of `steady`, none of operations
  bool chosen = false;  // nobody said anything
  std::optional<double> preload;  // the share of the keys that the cache is given first; empty: what the strategy needs

  // For how many operations is found out only by warming up.
  bool searches() const { return steady && operations == 0; }
  // In real time, where it searches.
  Duration steady_limit() const { return limit > Duration{0} ? limit : kUsualSteadyLimit; }
};

struct MeasureSpec {
  Duration duration{0};  // in all, split over the rounds; zero where operations decide
  uint64_t operations = 0;
  bool whole_trace = false;  // nobody said anything, and there is a trace: a plan knows how long it is
};

struct Scenario {
  std::string question, answer;
  std::vector<std::pair<std::string, std::string>> claims;  // {says, holds_if}
  std::vector<std::string> thresholds;
  uint64_t seed = 1;
  bool virtual_clock = false;
  int rounds = 5;
  bool verify = true;
  int required_cores = 0;  // fewer cores than this: the rows are skipped aloud
  WorkloadSpec workload;
  AppSpec app;
  WarmupSpec warmup;
  MeasureSpec measure;
  std::vector<Part> origins, caches, strategies;
  std::vector<Fault> faults;  // in the order of the file
  std::string sweep;          // this point of the grid: "app.clients=10"; empty without a sweep
  std::string json;           // as run, every default filled in but those that differ between the sweep's points
};

// A field that has an option of its own on the command line.
struct TypedField {
  std::string path;       // "workload.keys"; "strategies.*.ttl" is that of every strategy that has one
  std::string value;      // JSON
  std::string words;      // what was typed, for messages: "--keys zipf:0.99:100k"
  std::string kind = "";  // of the part that the path names, or of those in its list (scenario/part_reader.h)
};

// What the command line adds to the file.
struct ScenarioChanges {
  std::vector<std::string> sets;            // "workload.keys.count=1000000"; applied before anything is read
  std::vector<std::string> at_points = {};  // the same at every point of the sweep, over what it assigns
  std::vector<TypedField> fields = {};      // before `sets`
  bool absolute_files = false;              // in Scenario::json, which then means the same in any folder
};

// The scenario at every point of its sweep (one without a sweep). `where` is the file's name for messages; relative
// paths inside (trace files) are taken from the scenario's folder. Throws Error{usage} with place, fault and remedy.
std::vector<Scenario> read_scenario(const std::string& text, const std::string& where, const ScenarioChanges& changes,
                                    const Registry& registry);
std::vector<Scenario> read_scenario_file(const std::string& path, const ScenarioChanges& changes,
                                         const Registry& registry);

// The JSON schema of scenario files, from the same tables.
std::string scenario_schema(const Registry& registry);

}  // namespace hitbench
