#include "curve/twin_hits.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace hitbench {
namespace {

// One twin, of one size, and the requests as its clients send them: a lookup, and a set after a miss.
class TwinRun {
 public:
  TwinRun(const Replay& replay, const HitsSetting& setting, ServerModel& model)
      : replay_(replay), setting_(setting), model_(model), ends_(setting.trace_ttl ? replay.keys : 0, kNever) {
    model.grow(replay.keys);
  }

  SizeHits run() {
    const auto requests = setting_.trace_ttl ? setting_.trace->requests() : replay_.requests;
    uint64_t number = 0;
    for (const CompactRequest& request : requests) {
      const Time now = time_of(request, number++);
      if (setting_.trace_ttl) take_ttl(request, now);
      switch (step_of(request)) {
        case ReplayStep::read:
          read(request.key, now);
          break;
        case ReplayStep::absent:
        case ReplayStep::invalidate:
          model_.erase(request.key, now);
          break;
        case ReplayStep::nothing:
          break;
      }
    }
    return hits_;
  }

 private:
  static Time later(Time now, Duration ttl) { return ttl < kNever - now ? now + ttl : kNever; }

  Time time_of(const CompactRequest& request, uint64_t number) const {
    if (!setting_.rate) return Time(setting_.trace->time_of(request));
    return Time(Duration(std::llround(static_cast<double>(number) * 1e9 / *setting_.rate)));
  }

  // When the last write or fill of the key says that its entry ends.
  void take_ttl(const CompactRequest& request, Time now) {
    const TraceOperation operation = request.operation();
    if (operation != TraceOperation::write && operation != TraceOperation::fill) return;
    const std::optional<Duration> ttl = setting_.trace->ttl_of(request);
    ends_[request.key] = ttl ? later(now, *ttl) : kNever;
  }

  Time end_of(Node key, Time now) const {
    if (setting_.trace_ttl) return ends_[key] > now ? ends_[key] : kNever;
    if (!setting_.ttl || *setting_.ttl > static_cast<uint64_t>(kForever / replay_.unit)) return kNever;
    return later(now, static_cast<int64_t>(*setting_.ttl) * replay_.unit);
  }

  void read(Node key, Time now) {
    if (model_.get(key, now)) {
      hits_ += {1, replay_.bytes_of(key)};
      return;
    }
    ItemSize size;
    if (!replay_.sizes.bytes.empty()) {
      size.key_bytes = setting_.trace->key_bytes(key);
      size.value_bytes = replay_.sizes.bytes[key] - std::min(size.key_bytes, replay_.sizes.bytes[key]);
    }
    model_.set(key, size, end_of(key, now), now);
    model_.take_gone();  // nobody keeps values for it
  }

  const Replay& replay_;
  const HitsSetting& setting_;
  ServerModel& model_;
  std::vector<Time> ends_;  // of a trace with TTLs, by key
  SizeHits hits_;
};

class TwinHits final : public PolicyHits {
 public:
  TwinHits(const Replay& replay, const HitsSetting& setting, const TwinMakers::mapped_type& make)
      : replay_(replay), setting_(setting), make_(make) {}

  CurveMethod method() const override { return CurveMethod::twin; }
  SizeHits at(uint64_t size) const override {
    const std::unique_ptr<ServerModel> model =
        make_({.bytes = setting_.by_bytes ? size : 0,
               .entries = setting_.by_bytes ? 0 : std::min<uint64_t>(size, replay_.keys),
               .seed = setting_.seed});
    return model ? TwinRun(replay_, setting_, *model).run() : SizeHits{};
  }

 private:
  const Replay& replay_;
  const HitsSetting setting_;
  const TwinMakers::mapped_type& make_;
};

}  // namespace

std::unique_ptr<PolicyHits> twin_hits(const Replay& replay, const HitsSetting& setting,
                                      const TwinMakers::mapped_type& make) {
  return std::make_unique<TwinHits>(replay, setting, make);
}

}  // namespace hitbench
