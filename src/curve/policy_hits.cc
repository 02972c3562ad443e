#include "curve/policy_hits.h"

#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "curve/belady.h"
#include "curve/simulate.h"
#include "curve/twin_hits.h"

namespace hitbench {
namespace {

class SimulatedHits : public PolicyHits {
 public:
  using Make = PolicyMakers::mapped_type;

  SimulatedHits(const Replay& replay, const HitsSetting& setting, const Make& make)
      : replay_(replay), setting_(setting), make_(make) {}

  CurveMethod method() const override { return CurveMethod::simulated; }
  SizeHits at(uint64_t size) const override {
    const std::unique_ptr<EvictionPolicy> policy =
        make_({.capacity = size, .nodes = replay_.keys, .seed = setting_.seed});
    return simulate(replay_, {size, setting_.by_bytes, setting_.ttl}, *policy);
  }

 private:
  const Replay& replay_;
  const HitsSetting setting_;
  const Make& make_;
};

// In caches smaller than the largest entry the stack is not what LRU does, so they are simulated.
class AllSizes : public PolicyHits {
 public:
  AllSizes(const Replay& replay, const HitsSetting& setting, const SimulatedHits::Make& make)
      : replay_(replay), setting_(setting), simulated_(replay, setting, make) {}

  CurveMethod method() const override { return CurveMethod::all_sizes; }
  void prepare() override {
    if (setting_.by_bytes) {
      hits_ = std::make_unique<LruHitsByBytes>(replay_, setting_.sizes);
    } else {
      hits_ = std::make_unique<LruHitsByEntries>(replay_);
    }
  }
  SizeHits at(uint64_t size) const override {
    return setting_.by_bytes && size < setting_.largest ? simulated_.at(size) : hits_->at(size);
  }
  const LruHits* all_sizes() const override { return hits_.get(); }

 private:
  const Replay& replay_;
  const HitsSetting setting_;
  const SimulatedHits simulated_;
  std::unique_ptr<const LruHits> hits_;
};

class BeladyHits : public PolicyHits {
 public:
  explicit BeladyHits(const Replay& replay) : replay_(replay) {}

  CurveMethod method() const override { return CurveMethod::bound; }
  void prepare() override { next_uses_ = next_uses(replay_); }
  SizeHits at(uint64_t size) const override { return belady(replay_, next_uses_, size); }

 private:
  const Replay& replay_;
  std::vector<uint32_t> next_uses_;
};

class AskedHits : public PolicyHits {
 public:
  AskedHits(const Replay& replay, const HitsSetting& setting, ExecProgram program)
      : replay_(replay), by_bytes_(setting.by_bytes), program_(std::move(program)) {
    program_.patience = setting.patience;
  }

  CurveMethod method() const override { return CurveMethod::asked; }
  SizeHits at(uint64_t size) const override { return ask_program(replay_, program_, size, by_bytes_); }

 private:
  const Replay& replay_;
  const bool by_bytes_;
  ExecProgram program_;
};

std::unique_ptr<PolicyHits> belady_of(const Replay& replay, const HitsSetting& setting) {
  if (setting.by_bytes) {
    throw usage_error("belady is a bound for entries of one size, not by bytes", "give --sizes in entries: 1000,10k");
  }
  if (setting.ttl) {
    throw usage_error("belady is no bound where entries expire after they were stored", "leave out --ttl, or belady");
  }
  return std::make_unique<BeladyHits>(replay);
}

std::unique_ptr<PolicyHits> program_hits(const std::string& policy, const Replay& replay, const HitsSetting& setting) {
  if (setting.ttl) throw usage_error(policy + ": a program is not told the time", "leave out --ttl");
  return std::make_unique<AskedHits>(replay, setting, program_of(policy.substr(std::string_view(kExec).size())));
}

}  // namespace

std::unique_ptr<PolicyHits> hits_of(const std::string& policy, const Replay& replay, const HitsSetting& setting,
                                    const CurveMakers& makers) {
  if (policy == "belady") return belady_of(replay, setting);
  if (policy.starts_with(kExec)) return program_hits(policy, replay, setting);
  const auto twin = makers.twins.find(policy);
  if (twin != makers.twins.end()) return twin_hits(replay, setting, twin->second);
  const auto maker = makers.policies.find(policy);
  if (maker == makers.policies.end()) {
    std::vector<std::string> names{"belady"};
    for (const auto& [name, make] : makers.policies) names.push_back(name);
    std::string twins;
    for (const auto& [name, make] : makers.twins) {
      names.push_back(name);
      add_part(twins, name);
    }
    throw usage_error(
        "there is no policy '" + policy + "'." + did_you_mean(policy, names),
        "`hitbench list evictions` lists them; belady, exec:PROGRAM and twins of servers are others: " + twins);
  }
  if (policy == "lru" && !setting.ttl) return std::make_unique<AllSizes>(replay, setting, maker->second);
  return std::make_unique<SimulatedHits>(replay, setting, maker->second);
}

}  // namespace hitbench
