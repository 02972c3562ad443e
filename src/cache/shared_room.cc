#include "cache/shared_room.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace hitbench {
namespace {

constexpr const char* kRoomRemedy =
    "use fewer or smaller keys, raise that limit, or leave \"address\" out for a private server; where the server is "
    "there for this test and nothing on it must be kept, say so on the cache: \"allow_evictions\": true";

// Of the rows that are set up now, by server: each is checked before any of them is loaded.
std::map<std::string, uint64_t>& taken_on() {
  static std::map<std::string, uint64_t> bytes;
  return bytes;
}

std::string size_text(uint64_t bytes) { return format_size(static_cast<double>(bytes)); }

}  // namespace

SharedRoom::SharedRoom(ServerWords words, bool may_evict) : words_(std::move(words)), may_evict_(may_evict) {}

SharedRoom::~SharedRoom() {
  if (taken_ > 0) taken_on()[server_] -= taken_;
}

// One server may be reached by two names ("localhost", another database, another client): its process and port tell.
// A process that is the first of a container tells nothing, for each of them has one.
std::string SharedRoom::server_of(const BackendUsage& usage) const {
  if (usage.pid.value_or(1) == 1 || words_.port == 0) return words_.name;
  return fmt::format("process {} at port {}", *usage.pid, words_.port);
}

// With a TTL on every key of ours a policy that evicts only keys with one would choose among ours, where without it
// would not.
std::string SharedRoom::take(const DataSet& data, uint64_t bytes, const BackendUsage& usage) {
  if (usage.policy.starts_with("volatile-") && !data.expires) {
    throw environment_error(
        fmt::format("{}: it evicts by {}, and every key of this run has a TTL on your server, so that nothing "
                    "stays behind: with \"ttl\": \"none\" it would evict what it would not evict "
                    "otherwise",
                    words_.name, usage.policy),
        "give the strategy a \"ttl\", or leave \"address\" out for a private server");
  }
  if (server_.empty()) server_ = server_of(usage);
  taken_ += bytes;
  taken_on()[server_] += bytes;
  evicted_before_ = usage.evictions;
  const std::string refused = refusal(data, usage);
  if (refused.empty()) return "";
  if (!may_evict_) {
    taken_on()[server_] -= std::exchange(taken_, 0);
    throw environment_error(refused, kRoomRemedy);
  }
  return refused + "; \"allow_evictions\" is set, so it was tried all the same: nothing on that server is safe";
}

std::string SharedRoom::refusal(const DataSet& data, const BackendUsage& usage) const {
  if (!usage.limit_bytes || !usage.used_bytes) {
    return fmt::format(
        "{}: it does not report its memory limit, so whether this run's data set fits next to yours is unknown",
        words_.name);
  }
  const uint64_t ours = taken_on()[server_];
  if (*usage.limit_bytes == 0 || *usage.used_bytes + ours <= *usage.limit_bytes) return "";
  const std::string policy = usage.policy.empty() ? "" : fmt::format(" ({})", usage.policy);
  const std::string others = ours > taken_ ? fmt::format(" with the rows before it {},", size_text(ours)) : "";
  return fmt::format(
      "{}: of its {} of {}{} {} are in use, and {} of this run need about {},{} which do not fit: it would evict keys, "
      "yours too, or refuse writes",
      words_.name, words_.limit, size_text(*usage.limit_bytes), policy, size_text(*usage.used_bytes),
      counted(data.entries, "key"), size_text(taken_), others);
}

void SharedRoom::check(const BackendUsage& usage) const {
  if (may_evict_ || !evicted_before_ || !usage.evictions || *usage.evictions <= *evicted_before_) return;
  throw environment_error(
      fmt::format("{}: it has evicted {} since this row was set up, and some may be yours: the row was stopped",
                  words_.name, counted(*usage.evictions - *evicted_before_, "key")),
      kRoomRemedy);
}

}  // namespace hitbench
