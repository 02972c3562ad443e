#include "workload/recorded.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "base/rng.h"
#include "workload/trace/instant.h"

namespace hitbench {
namespace {

constexpr uint64_t kDealStream = 0x4445414c;    // "DEAL"
constexpr uint64_t kSecondStream = 0x5345434f;  // "SECO"
constexpr int64_t kSecondNs = 1'000'000'000;
constexpr Duration kOver{1};                           // of what was stored to be gone at once, as memcached's -1 does
constexpr double kLongestTtlNs = 100 * 365 * 86400e9;  // a century; with any jitter and any start it fits 64 bits

TraceSpec spec_of(const Params& params) {
  TraceSpec spec{.file = params.text("file"),
                 .format = params.text("format"),
                 .key = params.text("key"),
                 .reads = params.texts("reads"),
                 .writes = params.texts("writes"),
                 .sample = params.real("sample")};
  if (params.has("from")) spec.from = instant_of("workload.trace.from", params.text("from"));
  if (params.has("to")) spec.to = instant_of("workload.trace.to", params.text("to"));
  if (params.has("max_malformed")) spec.max_malformed = static_cast<uint64_t>(params.integer("max_malformed"));
  return spec;
}

// All that tells one reading of a file from another.
std::string identity_of(const TraceSpec& spec) {
  std::string text = spec.file + '\0' + spec.format + '\0' + spec.key;
  for (const auto* words : {&spec.reads, &spec.writes}) {
    text += '\0';
    for (const std::string& word : *words) text += word + ',';
  }
  const auto number = [](const std::optional<TraceInstant>& instant) {
    return instant ? std::to_string(instant->time.count()) + (instant->is_since_start ? "+" : "") : "-";
  };
  return text + '\0' + number(spec.from) + '\0' + number(spec.to) + '\0' + fmt::format("{}", spec.sample) + '\0' +
         (spec.max_malformed ? std::to_string(*spec.max_malformed) : "-");
}

// When each request is due, before any pace: as recorded, or drawn within its second.
class DueTimes {
 public:
  DueTimes(const CompactTrace& trace, uint64_t seed) : trace_(trace), seed_(seed) {}

  int64_t of(size_t place) {
    const std::span<const CompactRequest> all = trace_.requests();
    const int64_t time = trace_.time_of(all[place]).count();
    if (!trace_.has_whole_seconds()) return time;
    if (offsets_.empty() || time / kSecondNs != second_) draw_second(place, time / kSecondNs);
    return second_ * kSecondNs + offsets_[place - first_];
  }

 private:
  void draw_second(size_t place, int64_t second) {
    const std::span<const CompactRequest> all = trace_.requests();
    size_t end = place;
    while (end < all.size() && trace_.time_of(all[end]).count() / kSecondNs == second) ++end;
    Rng rng(seed_, kSecondStream, static_cast<uint64_t>(second));
    offsets_.resize(end - place);
    for (int64_t& offset : offsets_) offset = static_cast<int64_t>(rng.uniform() * kSecondNs);
    std::sort(offsets_.begin(), offsets_.end());
    first_ = place;
    second_ = second;
  }

  const CompactTrace& trace_;
  const uint64_t seed_;
  std::vector<int64_t> offsets_;  // of the requests of a second, from `first_` on
  size_t first_ = 0;
  int64_t second_ = -1;
};

std::shared_ptr<const RecordedSchedule> made_schedule(const CompactTrace& trace, const Params& params,
                                                      const ProcessPlace& place) {
  auto schedule = std::make_shared<RecordedSchedule>();
  const auto seed = static_cast<uint64_t>(params.integer("seed"));
  const double pace = params.real("pace");
  const bool timed = trace.has_times() && pace > 0;
  const std::span<const CompactRequest> all = trace.requests();
  DueTimes due(trace, seed);
  for (size_t at = 0; at < all.size(); ++at) {
    const int64_t time = timed ? due.of(at) : 0;
    if (all[at].operation() == TraceOperation::fill) continue;
    const auto whose = Rng(seed, kDealStream, at).below(static_cast<uint64_t>(place.processes));
    if (whose != static_cast<uint64_t>(place.process)) continue;
    schedule->requests.push_back(static_cast<uint32_t>(at));
    if (timed) schedule->due_ns.push_back(static_cast<int64_t>(std::llround(static_cast<double>(time) / pace)));
  }
  return schedule;
}

}  // namespace

std::shared_ptr<const CompactTrace> recorded_trace(const Params& params, const Registry& registry) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const CompactTrace>> kept;
  const TraceSpec spec = spec_of(params);
  const std::lock_guard lock(mutex);
  std::shared_ptr<const CompactTrace>& trace = kept[identity_of(spec)];
  if (!trace) trace = load_trace(spec, registry);
  return trace;
}

std::shared_ptr<const KeyTtls> recorded_ttls(const Params& params, const Registry& registry) {
  const auto trace = recorded_trace(params, registry);
  const double pace = params.real("pace") > 0 ? params.real("pace") : 1;
  std::vector<uint16_t> places;
  std::vector<Duration> ttls;
  for (const CompactRequest& request : trace->requests()) {
    if (request.ttl == 0 || *trace->ttl_of(request) <= kOver) continue;
    if (places.empty()) places.resize(trace->keys());
    places[request.key] = request.ttl;
    if (ttls.size() < request.ttl) ttls.resize(request.ttl);
    const double ns = static_cast<double>(trace->ttl_of(request)->count()) / pace;
    ttls[request.ttl - 1U] = Duration(std::llround(std::clamp(ns, 1.0, kLongestTtlNs)));
  }
  if (places.empty()) return nullptr;
  return std::make_shared<const KeyTtls>(std::move(places), std::move(ttls));
}

std::shared_ptr<const RecordedSchedule> recorded_schedule(const Params& params, const ProcessPlace& place,
                                                          const Registry& registry) {
  using Which = std::tuple<const CompactTrace*, int64_t, double, int, int>;
  static std::mutex mutex;
  static std::map<Which, std::weak_ptr<const RecordedSchedule>> open;
  const auto trace = recorded_trace(params, registry);
  const std::lock_guard lock(mutex);
  std::weak_ptr<const RecordedSchedule>& entry =
      open[{trace.get(), params.integer("seed"), params.real("pace"), place.process, place.processes}];
  std::shared_ptr<const RecordedSchedule> schedule = entry.lock();
  if (!schedule) entry = schedule = made_schedule(*trace, params, place);
  return schedule;
}

Mix recorded_mix(const CompactTrace& trace) {
  Mix counts{.read = 0};
  double all = 0;
  for (const CompactRequest& request : trace.requests()) {
    if (request.operation() == TraceOperation::fill) continue;
    ++all;
    double& count = request.operation() == TraceOperation::read    ? counts.read
                    : request.operation() == TraceOperation::write ? counts.write
                    : request.operation() == TraceOperation::erase ? counts.erase
                                                                   : counts.modify;
    ++count;
  }
  for (double* count : {&counts.read, &counts.write, &counts.erase, &counts.modify}) *count /= std::max(all, 1.0);
  return counts;
}

}  // namespace hitbench
