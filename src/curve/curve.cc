#include "curve/curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/error.h"
#include "base/units.h"
#include "curve/grid.h"
#include "curve/parallel.h"
#include "curve/sample.h"
#include "stats/interval.h"

namespace hitbench {
namespace {

constexpr double kShares[] = {0.5, 0.8, 0.9, 0.95, 0.99};
constexpr uint64_t kKneeSteps = 4096;  // sizes at which the knee of a curve that is known everywhere is looked for

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

// What the curves are computed from: the whole trace, or several samples of it.
struct Source {
  const Replay* replay = nullptr;
  double rate = 1;
  double more_hits = 0;  // SHARDS-adj: reads that the sample has too few (or too many), which hit at every size
  double reads = 0;      // with them
  std::vector<std::unique_ptr<PolicyHits>> policies;

  uint64_t scaled(uint64_t size) const {
    return rate == 1 ? size
                     : std::max<uint64_t>(1, static_cast<uint64_t>(std::llround(static_cast<double>(size) * rate)));
  }
};

class CurveMaker {
 public:
  CurveMaker(const CompactTrace& trace, const CurveSpec& spec, const CurveMakers& makers)
      : trace_(trace), spec_(spec), makers_(makers), whole_(replay_of(trace)) {}

  CurveSet make() {
    look_at_trace();
    choose_policies();
    choose_sources();
    prepare();
    evaluate_grid();
    for (size_t i = 0; i < policies_.size(); ++i) set_.curves.push_back(curve(i));
    return std::move(set_);
  }

 private:
  using Row = std::vector<std::vector<SizeHits>>;  // by policy and source

  void look_at_trace() {
    if ((spec_.ttl || spec_.trace_ttl) && !trace_.has_times()) {
      throw usage_error("a TTL needs times, which this trace does not have", "leave out --ttl");
    }
    if (spec_.trace_ttl) {
      expiring_ = with_expiries(trace_);
      if (expiring_.size() == trace_.requests().size()) {
        throw usage_error("no write of this trace has a TTL that ends while it lasts",
                          "give --ttl a time, for example 60s");
      }
      whole_.requests = expiring_;
      whole_.is_plain = false;
    }
    if (spec_.ttl) ttl_ = ttl_ticks(*spec_.ttl, whole_.unit);
    set_.ceiling = ceiling_of(whole_, ttl_);
    if (set_.ceiling.entries == 0) throw usage_error("no request of this trace reads a row that exists");
    set_.requests = trace_.requests().size();
    set_.keys = trace_.keys();
    set_.ttl = spec_.ttl;
    set_.trace_ttl = spec_.trace_ttl;
    set_.mean_bytes = static_cast<double>(set_.ceiling.bytes) / static_cast<double>(set_.ceiling.entries);
    set_.equal_sizes = whole_.sizes.equal;
    set_.unknown_sizes = whole_.sizes.unknown;
    set_.format = trace_.format();
    set_.counts = trace_.counts();
    set_.has_times = trace_.has_times();
    set_.whole_seconds = trace_.has_whole_seconds();
    set_.unit = spec_.unit.value_or(whole_.sizes.equal ? SizeUnit::entries : SizeUnit::bytes);
    if (set_.unit == SizeUnit::bytes && whole_.sizes.bytes.empty()) {
      throw usage_error("this trace does not say how large its values are", "give --sizes in entries: 1000,10k");
    }
  }

  bool by_bytes() const { return set_.unit == SizeUnit::bytes; }

  void choose_policies() {
    policies_ = spec_.policies;
    const auto is_twin = [this](const std::string& policy) { return makers_.twins.contains(policy); };
    has_twins_ = std::any_of(policies_.begin(), policies_.end(), is_twin);
    if (has_twins_ && !set_.has_times && !spec_.rate) {
      throw usage_error("a server's twin needs the time of each request, which this trace does not have",
                        "say how fast they come, in requests per second: --rate 5k");
    }
    if (spec_.rate && !has_twins_) {
      throw usage_error("--rate is for twins of servers: to the other policies only the order of requests matters",
                        "leave it out, or add one to --policies: redis:allkeys-lru");
    }
    set_.rate = spec_.rate;
    if (!policies_.empty()) return;
    policies_ = {"lru"};
    if (!by_bytes() && whole_.sizes.equal && !ttl_) policies_.push_back("belady");
  }

  void choose_sources() {
    if (spec_.sample == 0u && set_.requests > kMostRequests) {
      throw usage_error("a trace of 2^32 requests or more can only be sampled", "leave out --sample-keys");
    }
    const uint64_t wanted = spec_.sample.value_or(set_.requests > kMostExact ? kUsualSample : 0);
    if (wanted > 0 && (spec_.sample || wanted < set_.keys)) check_sample(std::min(wanted, set_.keys));
    const std::vector<Node> by_reads = wanted > 0 && wanted < set_.keys ? keys_by_reads(whole_) : std::vector<Node>();
    if (wanted < by_reads.size() && has_twins_) {
      throw usage_error("a server's twin cannot be scaled down to a sample of the keys",
                        "leave out --sample-keys or give it 0, or name other policies");
    }
    if (wanted >= by_reads.size()) {
      add_source(whole_, 1, static_cast<double>(set_.ceiling.reads));
      return;
    }
    const double rate = static_cast<double>(wanted) / static_cast<double>(by_reads.size());
    set_.sample = {.keys = wanted, .rate = rate, .samples = kSamples};
    samples_.resize(kSamples);
    std::vector<std::function<void()>> tasks;
    for (unsigned i = 0; i < kSamples; ++i) {
      tasks.push_back([this, i, wanted, &by_reads] {
        samples_[i] = std::make_unique<Sample>(whole_, by_reads, SampleDraw{wanted, i, spec_.seed});
      });
    }
    run_parallel(tasks, spec_.threads, {});
    for (const auto& sample : samples_) add_source(sample->replay(), rate, static_cast<double>(sample->reads()));
  }

  static void check_sample(uint64_t keys) {
    if (keys >= kFewestSampled) return;
    throw usage_error(fmt::format("a sample of {} keys says too little: at least {} are needed",
                                  format_count(static_cast<double>(keys)), format_count(kFewestSampled)),
                      "leave out --sample");
  }

  void add_source(const Replay& replay, double rate, double reads) {
    Source source{.replay = &replay, .rate = rate, .more_hits = 0, .reads = 0, .policies = {}};
    source.reads = static_cast<double>(set_.ceiling.reads) * rate;
    source.more_hits = source.reads - reads;
    HitsSetting setting{.by_bytes = by_bytes(),
                        .ttl = ttl_,
                        .trace = &trace_,
                        .trace_ttl = spec_.trace_ttl,
                        .rate = spec_.rate,
                        .sizes = {},
                        .largest = set_.ceiling.largest,
                        .seed = spec_.seed,
                        .patience = spec_.patience};
    for (const uint64_t size : spec_.sizes) setting.sizes.push_back(source.scaled(size));
    setting.sizes.push_back(source.scaled(set_.footprint()));
    for (const std::string& policy : policies_) {
      source.policies.push_back(hits_of(policy, replay, setting, makers_));
    }
    sources_.push_back(std::move(source));
  }

  // What is started is known only as the grid grows.
  void run(const std::vector<std::function<void()>>& tasks) {
    all_ += tasks.size();
    run_parallel(tasks, spec_.threads, [&] {
      ++ended_;
      if (spec_.progress) spec_.progress(ended_, all_);
    });
  }

  void prepare() {
    std::vector<std::function<void()>> tasks;
    for (const Source& source : sources_) {
      for (const auto& policy : source.policies) tasks.push_back([&policy] { policy->prepare(); });
    }
    run(tasks);
  }

  void evaluate_grid() {
    const bool is_given = !spec_.sizes.empty();
    std::vector<uint64_t> sizes = spec_.sizes;
    if (!is_given) sizes = first_grid(set_.footprint(), std::max<size_t>(2, (spec_.points + 1) / 2));
    while (!sizes.empty()) {
      evaluate(sizes);
      if (is_given || rows_.size() >= spec_.points) return;
      sizes = more_sizes();
    }
  }

  std::vector<uint64_t> more_sizes() const {
    std::vector<uint64_t> sizes;
    std::vector<std::vector<double>> curves(policies_.size());
    for (const auto& [size, row] : rows_) {
      sizes.push_back(size);
      for (size_t i = 0; i < policies_.size(); ++i) curves[i].push_back(point(size, row[i]).hit_ratio);
    }
    std::vector<uint64_t> more = refinements(sizes, curves, spec_.points - rows_.size());
    for (uint64_t& size : more) size = known_size(size);
    std::erase_if(more, [&](uint64_t size) { return rows_.contains(size); });
    return more;
  }

  // By bytes LRU is known at some sizes only, all close to each other: the grid takes those.
  uint64_t known_size(uint64_t size) const {
    for (const auto& policy : sources_.front().policies) {
      if (sources_.size() == 1 && policy->all_sizes() != nullptr) return policy->all_sizes()->known_size(size);
    }
    return size;
  }

  void evaluate(const std::vector<uint64_t>& sizes) {
    std::vector<std::function<void()>> tasks;
    for (const uint64_t wanted : sizes) {
      const uint64_t size = spec_.sizes.empty() ? std::max<uint64_t>(1, known_size(wanted)) : wanted;
      Row& row = rows_[size];
      row.assign(policies_.size(), std::vector<SizeHits>(sources_.size()));
      for (size_t policy = 0; policy < policies_.size(); ++policy) {
        for (size_t source = 0; source < sources_.size(); ++source) {
          tasks.push_back([this, &row, policy, source, size] {
            const Source& from = sources_[source];
            row[policy][source] = from.policies[policy]->at(from.scaled(size));
          });
        }
      }
    }
    run(tasks);
  }

  CurvePoint point(uint64_t size, const std::vector<SizeHits>& hits) const {
    const bool is_sampled = set_.sample.has_value();
    CurvePoint point{.size = size};
    std::vector<double> ratios;
    double bytes = 0;
    for (size_t i = 0; i < sources_.size(); ++i) {
      const Source& source = sources_[i];
      const double share = ratio(static_cast<double>(hits[i].hits) + source.more_hits, source.reads);
      ratios.push_back(is_sampled ? std::clamp(share, 0.0, set_.ceiling_ratio()) : share);
      point.hit_ratio += ratios.back() / static_cast<double>(sources_.size());
      bytes += static_cast<double>(hits[i].hit_bytes) / source.rate / static_cast<double>(sources_.size());
    }
    point.hits = is_sampled
                     ? static_cast<uint64_t>(std::llround(point.hit_ratio * static_cast<double>(set_.ceiling.reads)))
                     : hits.front().hits;
    if (set_.ceiling.read_bytes > 0) {
      point.byte_hit_ratio = std::min(1.0, ratio(bytes, static_cast<double>(set_.ceiling.read_bytes)));
    }
    if (const auto interval = is_sampled ? mean_interval(ratios) : std::nullopt) {
      point.error = (interval->high - interval->low) / 2;
    }
    return point;
  }

  PolicyCurve curve(size_t policy) {
    PolicyCurve curve{.policy = policies_[policy], .method = sources_.front().policies[policy]->method()};
    for (const auto& [size, row] : rows_) {
      curve.points.push_back(point(size, row[policy]));
      if (set_.sample) set_.sample->error = std::max(set_.sample->error, curve.points.back().error.value_or(0));
    }
    const LruHits* const all = set_.sample ? nullptr : sources_.front().policies[policy]->all_sizes();
    curve.knows_all_sizes = all != nullptr;
    if (all != nullptr) {
      shape_of_all(*all, curve);
    } else {
      shape_of_points(curve);
    }
    return curve;
  }

  uint64_t hits_for(double share) const {
    return static_cast<uint64_t>(std::ceil(share * static_cast<double>(set_.ceiling.hits) - 1e-9));
  }

  void shape_of_all(const LruHits& all, PolicyCurve& curve) const {
    const uint64_t footprint = set_.footprint(), smallest = by_bytes() ? set_.ceiling.largest : 0;
    std::vector<CurveShape> shape;
    const uint64_t steps = std::min(kKneeSteps, footprint);
    for (uint64_t i = 1; i <= steps; ++i) {
      const auto even = static_cast<uint64_t>(static_cast<unsigned __int128>(footprint) * i / steps);
      const uint64_t size = all.known_size(even);
      if (size < smallest) continue;
      shape.push_back({size, ratio(static_cast<double>(all.at(size).hits), static_cast<double>(set_.ceiling.reads))});
    }
    if (const std::optional<CurveShape> knee = knee_of(shape)) curve.knee = point(knee->size, {all.at(knee->size)});
    for (const double share : kShares) {
      const uint64_t size = all.size_for(hits_for(share));
      curve.reach.push_back({share, size == UINT64_MAX ? std::nullopt : std::optional(std::max(size, smallest))});
    }
  }

  void shape_of_points(PolicyCurve& curve) const {
    std::vector<CurveShape> shape;
    for (const CurvePoint& point : curve.points) shape.push_back({point.size, point.hit_ratio});
    if (const std::optional<CurveShape> knee = knee_of(shape)) {
      const auto is_knee = [&](const CurvePoint& point) { return point.size == knee->size; };
      curve.knee = *std::find_if(curve.points.begin(), curve.points.end(), is_knee);
    }
    for (const double share : kShares) {
      const auto reaches = [&](const CurvePoint& point) { return point.hits >= hits_for(share); };
      const auto at = std::find_if(curve.points.begin(), curve.points.end(), reaches);
      curve.reach.push_back({share, at == curve.points.end() ? std::nullopt : std::optional(at->size)});
    }
  }

  const CompactTrace& trace_;
  const CurveSpec& spec_;
  const CurveMakers& makers_;
  std::vector<CompactRequest> expiring_;  // of trace_ttl
  Replay whole_;
  std::vector<std::unique_ptr<Sample>> samples_;
  std::optional<uint64_t> ttl_;
  std::vector<std::string> policies_;
  bool has_twins_ = false;
  std::vector<Source> sources_;
  std::map<uint64_t, Row> rows_;  // by size
  size_t ended_ = 0, all_ = 0;
  CurveSet set_;
};

}  // namespace

CurveSet curves_of(const CompactTrace& trace, const CurveSpec& spec, const CurveMakers& makers) {
  return CurveMaker(trace, spec, makers).make();
}

}  // namespace hitbench
