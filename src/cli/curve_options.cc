#include "cli/curve_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/error.h"
#include "base/units.h"
#include "curve/policy_hits.h"
#include "io/cpus.h"

namespace hitbench {
namespace {

constexpr const char* kCurveGroup = "Curves";
constexpr int kMostCurvePoints = 1000;

struct TypedSize {
  uint64_t size = 0;
  SizeUnit unit = SizeUnit::entries;
};

// "10k" is entries, "64MiB" and "100B" are bytes.
TypedSize typed_size(const std::string& word) {
  const bool is_bytes = word.ends_with('B');
  const std::optional<int64_t> size = is_bytes ? parse_size(word) : parse_count(word);
  if (!size || *size <= 0) {
    throw usage_error("--sizes " + word + ": is no size", "entries (1000,10k) or bytes (64MiB,1GiB)");
  }
  return {static_cast<uint64_t>(*size), is_bytes ? SizeUnit::bytes : SizeUnit::entries};
}

void take_sizes(const std::vector<std::string>& words, CurveSpec& spec) {
  for (const std::string& word : words) {
    const TypedSize typed = typed_size(word);
    if (spec.unit && *spec.unit != typed.unit) {
      throw usage_error("--sizes has entries and bytes", "all of one kind: 1000,10k or 64MiB,1GiB");
    }
    spec.unit = typed.unit;
    spec.sizes.push_back(typed.size);
  }
  std::sort(spec.sizes.begin(), spec.sizes.end());
  spec.sizes.erase(std::unique(spec.sizes.begin(), spec.sizes.end()), spec.sizes.end());
}

void take_ttl(const std::string& word, CurveSpec& spec) {
  if (word.empty()) return;
  spec.trace_ttl = word == "trace";
  if (spec.trace_ttl) return;
  spec.ttl = parse_duration(word);
  if (!spec.ttl || spec.ttl->count() <= 0) {
    throw usage_error("--ttl " + word + ": is no time", "for example --ttl 60s, or --ttl trace");
  }
}

void take_rate(const std::string& word, CurveSpec& spec) {
  if (word.empty()) return;
  const std::optional<int64_t> rate = parse_count(word);
  if (!rate || *rate <= 0) throw usage_error("--rate " + word + ": is no rate", "requests per second: --rate 5k");
  spec.rate = static_cast<double>(*rate);
}

}  // namespace

void add_curve_options(CLI::App& command, CurveOptions& options) {
  command
      .add_option("--policies", options.policies,
                  "eviction policies (`hitbench list evictions`), twins of servers (redis:allkeys-lru, "
                  "memcached:segmented), belady, or "
                  "exec:PROGRAM; else lru, and belady where entries have one size")
      ->delimiter(',')
      ->type_name("POLICY,...")
      ->group(kCurveGroup);
  command
      .add_option("--sizes", options.sizes,
                  "sizes of the cache in entries (1000,10k) or bytes (64MiB,1GiB); else from 1 % of what the trace "
                  "reads to all of it")
      ->delimiter(',')
      ->type_name("SIZE,...")
      ->group(kCurveGroup);
  command
      .add_option("--ttl", options.ttl,
                  "entries expire so long after they were stored; 'trace': when the trace's own writes say so")
      ->type_name("TIME")
      ->group(kCurveGroup);
  command
      .add_option("--rate", options.rate,
                  "twins of servers get the requests evenly, so many a second; else at the trace's own times")
      ->type_name("RATE")
      ->group(kCurveGroup);
  command.add_option("--points", options.points, "sizes at most, where --sizes does not name them; else 24")
      ->check(CLI::Range(2, kMostCurvePoints))
      ->type_name("N")
      ->group(kCurveGroup);
  command
      .add_option("--sample-keys", options.sample_keys,
                  "estimate from this many keys, 8000 at least; 0: never (else 32768 beyond 100 million requests)")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N")
      ->group(kCurveGroup);
  command.add_flag("--no-exec", options.no_exec, "refuse policies that are programs to start")->group(kCurveGroup);
}

CurveSpec curve_spec(const CurveOptions& options) {
  CurveSpec spec;
  for (const std::string& policy : options.policies) {
    if (std::find(spec.policies.begin(), spec.policies.end(), policy) != spec.policies.end()) continue;
    if (options.no_exec && policy.starts_with(kExec)) {
      throw usage_error("--no-exec: " + policy + " is a program to start", "leave out --no-exec if you trust it");
    }
    spec.policies.push_back(policy);
  }
  take_sizes(options.sizes, spec);
  take_ttl(options.ttl, spec);
  take_rate(options.rate, spec);
  if (options.points) spec.points = static_cast<size_t>(*options.points);
  if (options.sample_keys) spec.sample = static_cast<uint64_t>(*options.sample_keys);
  spec.threads = std::max(1u, static_cast<unsigned>(allowed_cpus().size()));
  return spec;
}

}  // namespace hitbench
