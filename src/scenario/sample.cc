#include "scenario/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <string_view>

#include "base/defaults.h"
#include "base/units.h"
#include "scenario/server_config.h"
#include "scenario/server_rules.h"

namespace hitbench {
namespace {

constexpr double kMostRounded = 0.05;        // of the entries: what rounding may change is not told as exact
constexpr int64_t kLeastMemoryBytes = 4096;  // of a cache in memory, as its field says
// An empty redis-server 7 counts 0.9 MB of its own into maxmemory, connections come on top; memcached takes memory by
// the MiB, one at least for each class of sizes. A server of less would hold mostly itself.
constexpr int64_t kLeastServerBytes = int64_t{4} << 20;

std::string share_words(double sample) { return fmt::format("{:.6g} %", 100 * sample); }

int64_t scaled(int64_t size, double sample) { return std::llround(static_cast<double>(size) * sample); }

// The size of the whole of which the sample's is the least, not rounded down: a whole number of KiB or MiB.
std::string size_for(int64_t least, double sample) {
  const bool is_small = least < int64_t{1} << 20;
  return fmt::format("{:.0f} {}", std::ceil(static_cast<double>(least) / sample / (is_small ? 0x1p10 : 0x1p20)),
                     is_small ? "KiB" : "MiB");
}

void refuse_small(int64_t whole, int64_t part, int64_t least, double sample, const Location& location,
                  std::string_view why) {
  if (part >= least) return;
  location.fail(fmt::format("{} of {} (workload.trace.sample) are {}, and {} needs {} at least", share_words(sample),
                            format_size(static_cast<double>(whole)), format_size(static_cast<double>(part)), why,
                            format_size(static_cast<double>(least))),
                fmt::format("make it {} or more, or take a larger sample", size_for(least, sample)));
}

void scale_memory(Params& params, double sample, const Location& location) {
  if (params.has("bytes")) {
    const int64_t whole = params.integer("bytes"), part = scaled(whole, sample);
    refuse_small(whole, part, kLeastMemoryBytes, sample, location / "bytes", "a cache in memory");
    params.put("bytes", part);
  }
  if (!params.has("entries") && params.has("bytes")) return;
  const int64_t whole = params.has("entries") ? params.integer("entries") : int64_t{kDefaultMemoryEntries};
  const double exact = static_cast<double>(whole) * sample;
  const int64_t part = std::max<int64_t>(1, scaled(whole, sample));
  if (std::abs(static_cast<double>(part) - exact) > kMostRounded * exact) {
    (location / "entries")
        .fail(fmt::format("{} of {} entries (workload.trace.sample) are {:.3g}, which no cache has room for",
                          share_words(sample), whole, exact),
              "take a larger sample, or more entries");
  }
  params.put("entries", part);
}

// What sets the size of a private server past "memory"; empty: nothing.
std::string own_limit(const Part& cache) {
  const Params& params = cache.params;
  if (params.has("config")) {
    std::istringstream lines(params.text("config"));
    for (std::string line; std::getline(lines, line);) {
      if (directive_of(line) == "maxmemory") return "config";
    }
  }
  return sets_memory(cache) ? "args" : "";
}

void scale_server(Part& cache, double sample, const Location& location) {
  Params& params = cache.params;
  if (params.has("address")) {
    (location / "address")
        .fail(fmt::format("names your own server, whose size hitbench leaves alone, and workload.trace.sample takes {} "
                          "of the keys",
                          share_words(sample)),
              fmt::format("leave \"address\" out for a private server; or leave \"sample\" out, set the server's limit "
                          "to {} yourself, and name a file with the sample alone: hitbench trace FILE --sample {:.6g} "
                          "--to sample.hbt",
                          share_words(sample), sample));
  }
  if (const std::string where = own_limit(cache); !where.empty()) {
    (location / where)
        .fail("sets the server's memory, which workload.trace.sample has to scale",
              "say it by \"memory\" of this cache instead");
  }
  const int64_t whole = params.integer("memory");
  int64_t part = scaled(whole, sample);
  refuse_small(whole, part, kLeastServerBytes, sample, location / "memory", "a private server");
  constexpr int64_t kMib = 1 << 20;
  if (!cache.traits.redis_options) part = (part + kMib / 2) / kMib * kMib;  // memcached takes whole ones
  params.put("memory", part);
}

}  // namespace

void scale_caches(Scenario& scenario, const Location& root) {
  const Part& keys = scenario.workload.keys;
  const double sample = keys.traits.recorded ? keys.params.real("sample") : 1;
  if (sample >= 1) return;
  for (size_t i = 0; i < scenario.caches.size(); ++i) {
    Part& cache = scenario.caches[i];
    const Location location = (root / "caches").at(i);
    if (cache.traits.holds_nothing) continue;
    if (cache.traits.in_process) {
      scale_memory(cache.params, sample, location);
    } else {
      scale_server(cache, sample, location);
    }
  }
}

}  // namespace hitbench
