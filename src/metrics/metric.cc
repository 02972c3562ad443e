// The numbers of a run as a flat list of named metrics.
#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "metrics/result_fields.h"

namespace hitbench {
namespace {

struct Metric {
  std::string name;
  Maybe<double> value;
  bool is_time = false;
};

// Numbers that say which run this is, not how it went.
constexpr std::array<std::string_view, 3> kNoMetrics = {"seed", "repetition", "validity.sampled_one_in"};

constexpr std::string_view kThroughput = "throughput_ops_s";  // "throughput" as a metric

std::string without(std::string name, std::string_view part) {
  const size_t at = name.find(part);
  return at == std::string::npos ? name : name.erase(at, part.size());
}

class Collector {
 public:
  explicit Collector(std::vector<Metric>& out, std::string prefix = "") : out_(out), prefix_(std::move(prefix)) {}

  template <class T>
  void operator()(const std::string& name, const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      return;
    } else if constexpr (std::is_arithmetic_v<T>) {
      add(name, static_cast<double>(value));
    } else if constexpr (std::is_class_v<T> && requires(Collector & inner) { visit(inner, value); }) {
      Collector inner(out_, prefix_ + name + ".");
      visit(inner, value);
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
  const std::string prefix_;
};

std::vector<Metric> metrics_of(const RunResult& run) {
  std::vector<Metric> metrics;
  Collector collector(metrics);
  visit(collector, run);
  return metrics;
}

Metric find_metric(const RunResult& run, const std::string& path) {
  const std::string name = full_metric_name(path);
  for (Metric& candidate : metrics_of(run)) {
    if (candidate.name == name) return candidate;
  }
  const std::string hint = did_you_mean(name, metric_names());
  throw usage_error(
      "there is no metric '" + path + "'",
      hint.empty() ? "use one like read.response.p99, throughput, hit_ratio or origin_load.loads" : hint.substr(1));
}

}  // namespace

std::string full_metric_name(std::string path) {
  if (path.starts_with("latency.")) path.erase(0, std::string_view("latency.").size());
  path = without(path, "_ns");
  if (path.ends_with(kThroughput)) path = without(path, "_ops_s");
  if (path.ends_with(".p99.9")) path.replace(path.size() - 2, 1, "_");
  for (const std::string kind : {"read.", "write.", "delete."}) {
    const bool bare = path.starts_with(kind) && path.find('.', kind.size()) == std::string::npos;
    if (bare) path.insert(kind.size(), "response.");
  }
  return path;
}

Maybe<double> metric(const RunResult& run, const std::string& path) { return find_metric(run, path).value; }

bool metric_is_time(const std::string& path) { return find_metric(RunResult{}, path).is_time; }

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
