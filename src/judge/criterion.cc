#include "judge/criterion.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "base/error.h"

namespace hitbench {
namespace {

// The smallest changes that count, by metric: about what users call "the same" (benchmark comparisons mostly use 5 or
// 10 %), and in tails twice that, since they are several times as noisy.
constexpr double kDelta = 0.05;
constexpr double kTailDelta = 0.10;
constexpr double kPaceDelta = 0.01;  // who keeps less is overloaded: its backlog grows for as long as the run lasts

// A change of the misses by less than this share of all reads is not worth a build: 0.1 points. Added to both sides
// before their ratio is taken, it makes such a change a small one whatever the misses are, and zero misses comparable.
constexpr double kSmallestShare = 0.001;

// Less of its pace is none: the worst there is, and still a number.
constexpr double kLeastPace = 1e-9;

enum class When { always, statistics, exactness };

struct MetricRule {
  std::string_view metric;
  When when = When::always;
};

constexpr std::array kDefaults = {
    MetricRule{"throughput"},
    MetricRule{"read.service.mean", When::statistics},
    MetricRule{"read.response.mean", When::exactness},
    MetricRule{"read.response.p50"},
    MetricRule{"read.response.p99"},
    MetricRule{"write.response.p50"},
    MetricRule{"write.response.p99"},
    MetricRule{"delete.response.p50"},
    MetricRule{"delete.response.p99"},
    MetricRule{"hit_ratio"},
    MetricRule{"reads.miss", When::exactness},
    MetricRule{"reads.failed", When::exactness},
    MetricRule{"writes.failed", When::exactness},
    MetricRule{"deletes.failed", When::exactness},
    MetricRule{"origin_load.loads"},
    MetricRule{"origin_load.stores", When::exactness},
    MetricRule{"origin_load.failed", When::exactness},
    MetricRule{"origin_load.peak_concurrent_loads_per_key", When::exactness},
    MetricRule{"backend.commands"},
    MetricRule{"consistency.stale_reads", When::exactness},
    MetricRule{"consistency.dirty_reads", When::exactness},
    MetricRule{"consistency.non_monotonic_reads", When::exactness},
    MetricRule{"consistency.stuck_keys", When::exactness},
    MetricRule{"consistency.lost_writes", When::exactness},
    MetricRule{"consistency.lost_keys", When::exactness},
    MetricRule{"consistency.lost_updates", When::exactness},
    MetricRule{"consistency.corrupt_values", When::exactness},
    MetricRule{"write_queue.failed", When::exactness},
    MetricRule{"write_queue.dropped", When::exactness},
    MetricRule{"write_queue.rejected", When::exactness},
    MetricRule{"retries", When::exactness},
};

// What counts events, by how its name begins. Peaks, sizes and shares are no counts: they do not grow with the run.
constexpr std::array<std::string_view, 12> kCounts = {
    "failed_operations", "reads.",       "misses.",      "writes.", "deletes.",   "origin_load.",
    "write_queue.",      "consistency.", "backend.comm", "retries", "background", "backend.evictions"};
constexpr std::array<std::string_view, 3> kNoCounts = {"peak", "_wait_", "per_expiry"};

// What was run, not how it went: a change of these is neither better nor worse.
constexpr std::array<std::string_view, 17> kNeutral = {"operations",
                                                       "failed_as_asked",
                                                       "duration",
                                                       "loading.keys",
                                                       "reads.fresh_hit",
                                                       "reads.stale_hit",
                                                       "reads.null_hit",
                                                       "reads.coalesced",
                                                       "writes.acknowledged",
                                                       "deletes.acknowledged",
                                                       "write_queue.queued",
                                                       "write_queue.flushed",
                                                       "background.tasks",
                                                       "backend.entries",
                                                       "recovery.baseline_hit_ratio",
                                                       "recovery.outage",
                                                       "recovery.baseline_origin_loads_s"};
constexpr std::array<std::string_view, 4> kNeutralParts = {".count", ".out_of_range", "validity.", ".gen_late."};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool is_neutral(std::string_view metric) {
  return std::find(kNeutral.begin(), kNeutral.end(), metric) != kNeutral.end() ||
         std::any_of(kNeutralParts.begin(), kNeutralParts.end(), [&](auto part) { return contains(metric, part); });
}

Criterion::Kind kind_of(std::string_view metric) {
  if (metric == "throughput" || metric == "loading.throughput") return Criterion::Kind::throughput;
  if (metric == "hit_ratio") return Criterion::Kind::hit_ratio;
  if (metric == "failed_share") return Criterion::Kind::failures;
  if (metric == "pace") return Criterion::Kind::pace;
  if (metric_is_time(std::string(metric))) return Criterion::Kind::time;
  const bool counts =
      std::any_of(kCounts.begin(), kCounts.end(), [&](auto start) { return metric.starts_with(start); });
  const bool not_so =
      std::any_of(kNoCounts.begin(), kNoCounts.end(), [&](auto part) { return contains(metric, part); });
  return counts && !not_so ? Criterion::Kind::count : Criterion::Kind::other;
}

// From p95 on.
bool is_tail(std::string_view metric) {
  const std::string_view last = metric.substr(metric.rfind('.') + 1);
  return last == "max" || (last.starts_with("p9") && last.size() > 2 && last[2] >= '5' && last[2] <= '9');
}

double delta_of(std::string_view metric, Criterion::Kind kind) {
  if (kind == Criterion::Kind::pace) return kPaceDelta;
  return is_tail(metric) ? kTailDelta : kDelta;
}

Criterion judged_of(std::string_view metric) {
  const Criterion::Kind kind = kind_of(metric);
  const double delta = delta_of(metric, kind);
  const bool timed =
      kind == Criterion::Kind::time || kind == Criterion::Kind::throughput || kind == Criterion::Kind::pace;
  return {.metric = std::string(metric),
          .kind = kind,
          .delta = delta,
          .exact_delta = timed ? delta : 0,
          .tail = is_tail(metric)};
}

// Throughput says something only where it is not given: in a closed loop. Elsewhere the mean service time takes its
// place.
bool says_something(std::string_view metric, const RunResult& run) {
  if (metric == "throughput") return run.loop == "closed";
  if (metric == "read.service.mean") return run.loop != "closed";
  return true;
}

Maybe<double> percent_of(std::string_view text) {
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest(stop, static_cast<size_t>(text.data() + text.size() - stop));
  if (error != std::errc() || !(number >= 0) || !(number <= 1000) || (rest != "%" && rest != " %")) return std::nullopt;
  return number / 100;
}

// The cost of a value that `run`, or a round of it, has.
Maybe<double> cost(double value, const RunResult& run, const Criterion& criterion, Mode mode) {
  const double least = mode == Mode::statistical ? kSmallestShare : 0;
  const auto operations = static_cast<double>(run.operations);
  switch (criterion.kind) {
    case Criterion::Kind::throughput:
      return value > 0 ? Maybe<double>(1e9 / value) : std::nullopt;
    case Criterion::Kind::pace:
      return 1 / std::max(value, kLeastPace);
    case Criterion::Kind::hit_ratio:
      return 1 - value + least;
    case Criterion::Kind::failures:
      return mode == Mode::exact ? value : value + kSharesCount;
    case Criterion::Kind::time:
      return value > 0 || mode == Mode::exact ? Maybe<double>(value) : std::nullopt;
    case Criterion::Kind::count:
      if (mode == Mode::exact) return value;
      return operations > 0 ? Maybe<double>(value / operations + least) : std::nullopt;
    case Criterion::Kind::other:
      break;
  }
  return value + least;
}

// By how much `value` is above `floor`. The logarithm and back leave something of nothing, which is nothing again.
double beyond(double floor, double value) {
  constexpr double kRounding = 1e-12;
  return value - floor > kRounding * value ? value - floor : 0;
}

// The other way: what has this cost, per operation where counts are.
double value_of(double cost, const Criterion& criterion, Mode mode) {
  const double least = mode == Mode::statistical ? kSmallestShare : 0;
  switch (criterion.kind) {
    case Criterion::Kind::throughput:
      return 1e9 / cost;
    case Criterion::Kind::pace:
      return cost * kLeastPace > 0.5 ? 0 : std::min(1.0, 1 / cost);
    case Criterion::Kind::hit_ratio:
      return std::min(beyond(cost, 1 + least), 1.0);
    case Criterion::Kind::failures:
      return mode == Mode::exact ? cost : std::min(beyond(kSharesCount, cost), 1.0);
    case Criterion::Kind::time:
      return cost;
    case Criterion::Kind::count:
    case Criterion::Kind::other:
      break;
  }
  return beyond(least, cost);
}

Maybe<double> change_between(double from, double to, bool in_points) {
  if (in_points) return to - from;
  if (from == to) return 0;
  return from > 0 ? Maybe<double>(to / from - 1) : std::nullopt;
}

}  // namespace

std::vector<Criterion> default_criteria(const RunResult& run, Mode mode) {
  std::vector<Criterion> all;
  for (const MetricRule& row : kDefaults) {
    if (mode == Mode::exact ? row.when == When::statistics : row.when == When::exactness) continue;
    if (says_something(row.metric, run) && metric(run, std::string(row.metric))) all.push_back(judged_of(row.metric));
  }
  return all;
}

Criterion parse_criterion(const std::string& text) {
  const size_t equals = text.find('=');
  const std::string name = full_metric_name(text.substr(0, equals));
  static_cast<void>(metric(RunResult{}, name));  // throws where there is none
  if (is_neutral(name)) {
    throw usage_error("--metric " + text + ": more of " + name + " is neither better nor worse",
                      "use one like read.response.p99, hit_ratio or origin_load.loads");
  }
  Criterion criterion = judged_of(name);
  criterion.named = true;
  if (equals == std::string::npos) return criterion;
  const Maybe<double> delta = percent_of(std::string_view(text).substr(equals + 1));
  if (!delta)
    throw usage_error("--metric " + text + ": the smallest change must be a percentage", "write " + name + "=5%");
  criterion.delta = criterion.exact_delta = *delta;
  return criterion;
}

Maybe<double> cost_of(const RunResult& run, const Criterion& criterion, Mode mode) {
  const Maybe<double> value = metric(run, criterion.metric);
  return value ? cost(*value, run, criterion, mode) : std::nullopt;
}

Maybe<double> shown_of(const RunResult& run, const Criterion& criterion, Mode mode) {
  const Maybe<double> value = metric(run, criterion.metric);
  if (!value || criterion.kind != Criterion::Kind::count || mode == Mode::exact) return value;
  return run.operations > 0 ? Maybe<double>(*value / static_cast<double>(run.operations)) : std::nullopt;
}

Maybe<double> cost_of_round(const RunResult& run, const RoundResult& round, const Criterion& criterion) {
  const Maybe<double> value = metric_of_round(run, round, criterion.metric);
  return value ? cost(*value, run, criterion, Mode::statistical) : std::nullopt;
}

std::vector<AppliedCriterion> criteria_of(const RunResult& run, const std::vector<Criterion>& named, Exact exact) {
  std::vector<AppliedCriterion> all;
  for (const Mode mode : {Mode::statistical, Mode::exact}) {
    for (const Criterion& criterion : named.empty() ? default_criteria(run, mode) : named) {
      const bool exactly = exact == Exact::everything || (exact == Exact::counters && criterion.is_counter());
      if (exactly == (mode == Mode::exact)) all.push_back({criterion, mode});
    }
  }
  return all;
}

std::string basis_of(const Criterion& criterion, Mode mode) {
  if (criterion.in_points()) return "points";
  return mode == Mode::statistical && criterion.kind == Criterion::Kind::count ? "per operation" : "value";
}

void set_values(const CostEstimate& estimate, const Criterion& criterion, Mode mode, VerdictItem& item) {
  const Estimate& change = estimate.change;
  const double base_cost = std::exp(estimate.base);
  const auto value = [&](double log) { return value_of(base_cost * std::exp(log), criterion, mode); };
  const auto changed = [&](Maybe<double> log) {
    return log ? change_between(*item.base, value(*log), criterion.in_points()) : std::nullopt;
  };
  item.base = value(0);
  item.candidate = value(change.value);
  item.change = changed(change.value);
  item.change_low = changed(criterion.higher_is_better() ? change.high : change.low);
  item.change_high = changed(criterion.higher_is_better() ? change.low : change.high);
  if (criterion.in_points()) item.delta = worsening_of(std::log1p(criterion.delta), criterion, mode, item);
}

double worsening_of(double log, const Criterion& criterion, Mode mode, const VerdictItem& item) {
  if (!criterion.in_points()) return std::expm1(log);
  const RunResult any;
  const double base_cost = *cost(*item.base, any, criterion, mode);
  return std::abs(value_of(base_cost * std::exp(log), criterion, mode) - *item.base);
}

Maybe<double> change_of(const VerdictItem& item) {
  return change_between(*item.base, *item.candidate, item.basis == "points");
}

VerdictItem new_item(const std::string& row, const Criterion& criterion, Mode mode) {
  return {.row = row,
          .metric = criterion.metric,
          .basis = basis_of(criterion, mode),
          .better = criterion.higher_is_better() ? "higher" : "lower",
          .delta = mode == Mode::exact ? criterion.exact_delta : criterion.delta};
}

}  // namespace hitbench
