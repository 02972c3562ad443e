// The hits of one policy over one replay, at any size that is asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/memory/policy.h"
#include "cache/twin/server_model.h"
#include "curve/exec_policy.h"
#include "curve/replay.h"
#include "curve/stack_distances.h"

namespace hitbench {

// By the name that a curve has.
using PolicyMakers = std::map<std::string, std::function<std::unique_ptr<EvictionPolicy>(const PolicySetting&)>>;

// The same of the twins of servers: "redis:allkeys-lru".
using TwinMakers = std::map<std::string, std::function<std::unique_ptr<ServerModel>(const ModelLimit&)>>;

enum class CurveMethod {
  all_sizes,  // exact, from one pass
  simulated,  // size by size
  bound,      // Belady's: no cache, but what none exceeds
  asked,      // the answers of a program
  twin,       // the model of a server, size by size
};

class PolicyHits {
 public:
  virtual ~PolicyHits() = default;
  virtual CurveMethod method() const = 0;
  virtual void prepare() {}  // once, before at()
  // From any thread.
  virtual SizeHits at(uint64_t size) const = 0;
  // Set after prepare() where all sizes are known.
  virtual const LruHits* all_sizes() const { return nullptr; }
};

struct HitsSetting {
  bool by_bytes = false;
  std::optional<uint64_t> ttl = {};  // in ticks, from the fill on
  // For twins, which are of whole traces:
  const CompactTrace* trace = nullptr;
  bool trace_ttl = false;           // entries end when the trace's own sets say so
  std::optional<double> rate = {};  // requests per second, evenly; else the trace's own times
  std::vector<uint64_t> sizes;      // that will be asked for, as far as they are known beforehand
  uint64_t largest = 0;             // entry, in bytes
  uint64_t seed = 1;
  Duration patience = std::chrono::seconds(30);  // with a program
};

inline constexpr const char* kExec = "exec:";

struct CurveMakers {
  PolicyMakers policies;
  TwinMakers twins;
};

// `policy`: a name of `makers`, "belady", or "exec:" and a command. The replay, the makers and the trace of the setting
// must outlive it. Throws Error{usage} for a policy that does not exist, or not with this setting.
std::unique_ptr<PolicyHits> hits_of(const std::string& policy, const Replay& replay, const HitsSetting& setting,
                                    const CurveMakers& makers);

}  // namespace hitbench
