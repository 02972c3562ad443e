// The numbers of a run as a flat list of named metrics.
#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"
#include "base/printable.h"
#include "base/text.h"
#include "metrics/histogram.h"
#include "metrics/result_fields.h"

namespace hitbench {
namespace {

struct Metric {
  std::string name;
  Maybe<double> value;
  bool is_time = false;
};

// Numbers that say which run this is, not how it went.
constexpr std::array<std::string_view, 2> kNoMetrics = {"seed", "validity.sampled_one_in"};

constexpr std::string_view kThroughput = "throughput_ops_s";  // "throughput" as a metric

std::string without(std::string name, std::string_view part) {
  const size_t at = name.find(part);
  return at == std::string::npos ? name : name.erase(at, part.size());
}

class Collector {
 public:
  // `wanted`: the name of the only metric that is asked for; empty: all are.
  explicit Collector(std::vector<Metric>& out, std::string_view wanted = "", std::string prefix = "")
      : out_(out), wanted_(wanted), prefix_(std::move(prefix)) {}

  template <class T>
  void operator()(const std::string& name, const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      return;
    } else if constexpr (std::is_arithmetic_v<T>) {
      add(name, static_cast<double>(value));
    } else if constexpr (std::is_class_v<T> && requires(Collector & inner) { visit(inner, value); }) {
      Collector inner(out_, wanted_, prefix_ + name + ".");
      if (wanted_.empty() || wanted_.starts_with(inner.prefix_)) visit(inner, value);
    }
    // Words, lists of rounds and of seconds are no metrics.
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void operator()(const std::string& name, const Maybe<T>& value) {
    add(name, value ? Maybe<double>(static_cast<double>(*value)) : std::nullopt);
  }
  // The only group is "latency", which names leave out.
  template <class Fields>
  void group(const char*, Fields fields) {
    fields(*this);
  }

 private:
  void add(const std::string& field, Maybe<double> value) {
    std::string name = prefix_ + field;
    if (std::find(kNoMetrics.begin(), kNoMetrics.end(), name) != kNoMetrics.end()) return;
    const bool is_time = name.find("_ns") != std::string::npos;
    name = without(name, name.ends_with(kThroughput) ? "_ops_s" : "_ns");
    out_.push_back({name, value, is_time});
  }

  std::vector<Metric>& out_;
  const std::string_view wanted_;
  const std::string prefix_;
};

std::vector<Metric> metrics_of(const RunResult& run, std::string_view wanted = "") {
  std::vector<Metric> metrics;
  Collector collector(metrics, wanted);
  visit(collector, run);
  return metrics;
}

const Percentiles* distribution_of(const RunResult& run, const std::string& name) {
  if (name == "observer") return &run.observer;
  if (name == "loaded") return &run.loaded;
  const std::pair<std::string, const LatencyResult*> kinds[] = {
      {"read", &run.read}, {"write", &run.write}, {"delete", &run.erase}, {"modify", &run.modify}};
  for (const auto& [kind, latency] : kinds) {
    if (name == kind + ".response") return &latency->response;
    if (name == kind + ".service") return &latency->service;
    if (name == kind + ".gen_late") return &latency->gen_late;
    if (name == kind + ".failed") return &latency->failed;
  }
  return nullptr;
}

// "read.response.p99_9": 999 of 1000.
struct Percentile {
  const Percentiles* distribution;
  uint64_t below, all;

  // Ten values must lie above it.
  uint64_t needs() const { return (10 * all + all - below - 1) / (all - below); }
  double quantile() const { return static_cast<double>(below) / static_cast<double>(all); }
};

bool are_digits(const std::string& text, size_t fewest, size_t most) {
  return text.size() >= fewest && text.size() <= most && text.find_first_not_of("0123456789") == std::string::npos;
}

Maybe<Percentile> percentile_of(const RunResult& run, const std::string& name) {
  const size_t at = name.rfind(".p");
  if (at == std::string::npos) return std::nullopt;
  const std::string digits = name.substr(at + 2);
  const size_t line = digits.find('_');
  const std::string whole = digits.substr(0, line), decimals = line == std::string::npos ? "" : digits.substr(line + 1);
  if (!are_digits(whole, 1, 2) || !are_digits(decimals, line == std::string::npos ? 0 : 1, 5)) return std::nullopt;
  Percentile percentile{
      .distribution = distribution_of(run, name.substr(0, at)), .below = std::stoull(whole + decimals), .all = 100};
  if (percentile.distribution == nullptr || percentile.below == 0) return std::nullopt;
  for (size_t i = 0; i < decimals.size(); ++i) percentile.all *= 10;
  return percentile;
}

// A percentile that the result does not list, from the histogram that it keeps: "read.response.p99_99".
Maybe<Metric> any_percentile(const RunResult& run, const std::string& name) {
  const Maybe<Percentile> percentile = percentile_of(run, name);
  if (!percentile) return std::nullopt;
  Metric metric{.name = name, .value = std::nullopt, .is_time = true};
  const Percentiles& distribution = *percentile->distribution;
  if (!distribution.histogram.empty() && distribution.count >= percentile->needs()) {
    const Histogram histogram = Histogram::decode_v2(distribution.histogram);
    metric.value = static_cast<double>(histogram.quantile(percentile->quantile()));
  }
  return metric;
}

Metric find_metric(const RunResult& run, const std::string& path) {
  const std::string name = full_metric_name(path);
  for (Metric& candidate : metrics_of(run, name)) {
    if (candidate.name == name) return candidate;
  }
  if (const Maybe<Metric> percentile = any_percentile(run, name)) return *percentile;
  const std::string hint = did_you_mean(name, metric_names());
  throw usage_error(
      "there is no metric '" + without_middle(path, 100) + "'",
      hint.empty() ? "use one like read.response.p99, throughput, hit_ratio or origin_load.loads" : hint.substr(1));
}

}  // namespace

std::string full_metric_name(std::string path) {
  if (path.starts_with("latency.")) path.erase(0, std::string_view("latency.").size());
  path = without(path, "_ns");
  if (path.ends_with(kThroughput)) path = without(path, "_ops_s");
  // The point of a percentile is no step of the path: "p99.9" is "p99_9".
  if (const size_t p = path.find_last_not_of("0123456789."); p != std::string::npos && path[p] == 'p') {
    if (const size_t point = path.find('.', p); point != std::string::npos) path[point] = '_';
  }
  for (const std::string kind : {"read.", "write.", "delete.", "modify."}) {
    const bool bare = path.starts_with(kind) && path.find('.', kind.size()) == std::string::npos;
    if (bare) path.insert(kind.size(), "response.");
  }
  return path;
}

Maybe<double> metric(const RunResult& run, const std::string& path) { return find_metric(run, path).value; }

Maybe<PercentileValues> percentile_values(const RunResult& run, const std::string& path) {
  const Maybe<Percentile> percentile = percentile_of(run, full_metric_name(path));
  if (!percentile) return std::nullopt;
  return PercentileValues{.distribution = percentile->distribution,
                          .quantile = percentile->quantile(),
                          .needed = percentile->needs(),
                          .there = percentile->distribution->count};
}

bool metric_is_time(const std::string& path) { return find_metric(RunResult{}, path).is_time; }

bool metric_is_of_failures(const std::string& path) {
  const std::string name = full_metric_name(path);
  const bool failures = name.starts_with("failed") || name.find(".failed") != std::string::npos;
  return failures || name.starts_with("recovery.") || name.find("recovered") != std::string::npos;
}

bool is_machines(const RunResult& run, const std::string& path) {
  const std::vector<std::string>& marked = run.validity.machine_percentiles;
  const std::string name = full_metric_name(path);
  return std::any_of(marked.begin(), marked.end(), [&](const std::string& m) { return full_metric_name(m) == name; });
}

bool RunResult::can_judge(const std::string& metric_path) const {
  if (skipped) return false;
  return validity.valid || (validity.only_failures && metric_is_of_failures(metric_path));
}

Maybe<double> metric_of_round(const RunResult& run, const RoundResult& round, const std::string& path) {
  const double rounds = static_cast<double>(run.rounds.size());
  const std::string name = full_metric_name(path);
  if (name == "throughput") return round.throughput_ops_s;
  if (name == "hit_ratio") return round.hit_ratio;
  if (name == "operations") return rounds * static_cast<double>(round.operations);
  if (name == "origin_load.loads") {
    return round.origin_loads ? Maybe<double>(rounds * static_cast<double>(*round.origin_loads)) : std::nullopt;
  }
  const auto found = round.latency_ns.find(name);
  return found == round.latency_ns.end() ? std::nullopt : Maybe<double>(found->second);
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (Metric& metric : metrics_of(RunResult{})) names.push_back(std::move(metric.name));
  return names;
}

}  // namespace hitbench
