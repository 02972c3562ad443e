// A part is what a scenario names and a registry makes: a cache, an origin, a strategy, a distribution. Its
// parameters are described once, as a table of fields; the scenario reader validates against that table,
// `hitbench list` prints it, and the JSON schema is generated from it.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"

namespace hitbench {

enum class FieldType { boolean, integer, real, duration, size, text, texts, sizes, part };

// Of a list of sizes: in a scenario {"100": 90, "2KiB": 10}.
struct WeightedSize {
  int64_t bytes = 0;
  double weight = 0;  // above 0; weights are shares of their sum
};

// One parameter of a part. `fallback` is JSON text ("\"5ms\"", "16", "null"); an empty one makes the field required.
// Null stands for "not set" and is allowed only where the fallback is null.
struct Field {
  std::string_view name;
  FieldType type;
  std::string_view fallback;
  std::string doc;
  double min = -std::numeric_limits<double>::infinity();  // durations: ns; sizes: bytes
  double max = std::numeric_limits<double>::infinity();
  bool min_excluded = false;                   // theta > 0
  std::vector<std::string_view> choices = {};  // the words that a text may be; empty: any
  std::string_view kind = {};                  // FieldType::part: which registry table ("latency", "guard")
  std::string_view unavailable = {};           // set: naming the field is refused with this text
  std::string_view word = {};                  // a word allowed in addition to the type: duration or "none"
};

// What rules, plan and engine ask of a part instead of its name. A registry row says it, and its parts carry it. All
// of it is false of a part that is nothing special.
struct Traits {
  // Of a cache.
  bool holds_nothing = false;     // the same as none at all: strategies with a cache do not run over it
  bool in_process = false;        // no server: each application process has its own, or all share one
  bool blocks_thread = false;     // a call keeps its thread, so each client needs one
  bool exact_evictions = false;   // what is evicted follows from the operations alone, where servers draw samples
  bool exact_twin = false;        // the same, of its twin in virtual time
  bool write_queue = false;       // keeps writes in a queue of all processes
  bool redis_options = false;     // its server takes the arguments of Redis, others take those of Memcached
  bool takes_password = false;    // its server may ask for one
  std::string_view program = {};  // a private server's, as it is called in the PATH; empty: it has none
  bool has_twin = false;          // on the virtual clock a model of its server takes the server's place
  // Of a cache or an origin.
  bool virtual_time = false;  // runs on the virtual clock, too
  // Of an origin.
  bool modeled = false;  // takes the times that the scenario says
  // Of a strategy.
  bool without_cache = false;
  bool without_origin = false;
  // Of a guard.
  bool uses_load_times = false;  // of every entry, those that are loaded beforehand included
  // Of a write path.
  bool acknowledges_early = false;  // before the origin has the write
  // Of a refresh.
  bool reloads = false;  // before a cached entry ends or as it does, so cached entries do not expire together
  // Of keys.
  bool own_keys = false;  // they come with it, as many as there are
  // Of keys and arrivals.
  bool recorded = false;  // with operations, sizes and times: what `workload.trace` makes
  // Of arrivals: one of the two, or a closed loop.
  bool open_loop = false;  // operations are due at a rate
  bool barrier = false;    // all clients begin at the same time

  bool closed_loop() const { return !open_loop && !barrier; }
};

struct Part;

// The validated parameters of one part. A getter CHECKs that the name exists and has that type.
class Params {
 public:
  using Value = std::variant<std::monostate, bool, int64_t, double, Duration, std::string, std::vector<std::string>,
                             std::vector<WeightedSize>, std::shared_ptr<const Part>>;

  void put(const std::string& name, Value value) { values_[name] = std::move(value); }
  bool has(std::string_view name) const;  // there, and not null
  bool boolean(std::string_view name) const { return get<bool>(name); }
  int64_t integer(std::string_view name) const { return get<int64_t>(name); }  // also sizes, in bytes
  double real(std::string_view name) const { return get<double>(name); }
  Duration duration(std::string_view name) const { return get<Duration>(name); }  // the word "none" is kForever
  const std::string& text(std::string_view name) const { return get<std::string>(name); }
  const std::vector<std::string>& texts(std::string_view name) const { return get<std::vector<std::string>>(name); }
  const std::vector<WeightedSize>& sizes(std::string_view name) const { return get<std::vector<WeightedSize>>(name); }
  const Part& part(std::string_view name) const { return *get<std::shared_ptr<const Part>>(name); }

 private:
  template <class T>
  const T& get(std::string_view name) const;
  std::map<std::string, Value, std::less<>> values_;
};

struct Part {
  std::string type;  // the registry row
  std::string name;  // what reports call it; the type unless the scenario renames it
  Params params;
  Traits traits = {};  // of the row
};

// What every registry row has in common: enough to validate, list and document it.
struct RowInfo {
  std::string_view name;
  std::string_view summary;
  std::vector<Field> fields = {};
  Traits traits = {};
  std::string_view unavailable = {};  // "not available yet", "not built: needs libhiredis-dev"; empty: usable
};

}  // namespace hitbench
