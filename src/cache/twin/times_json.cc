#include "cache/twin/times_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"

namespace hitbench {
namespace {

using TimesJson = nlohmann::ordered_json;

constexpr std::string_view kTimesSchema = "hitbench.calibration/1";
constexpr std::array<std::string_view, kTwinOperations> kOperationNames = {
    "get_hit", "get_miss", "set", "erase", "batch_key", "script", "connect", "append", "sync"};
// A time above this is a mistake, and would overflow what it is added to.
constexpr int64_t kLongestTimeNs = 60'000'000'000;

[[noreturn]] void refuse_times(const std::string& why) {
  throw environment_error("calibration: " + why, "measure again, or remove the file");
}

TimesJson quantiles_json(const TimeQuantiles& quantiles) {
  TimesJson list = TimesJson::array();
  for (const Duration time : quantiles.at) list.push_back(time.count());
  return list;
}

Duration time_of(const TimesJson& json) {
  const auto ns = json.get<int64_t>();
  if (ns < 0 || ns > kLongestTimeNs) refuse_times("a time of " + std::to_string(ns) + " ns");
  return Duration(ns);
}

TimeQuantiles quantiles_of(const TimesJson& list) {
  if (list.is_array() && list.size() == 1) return TimeQuantiles::constant(time_of(list.front()));
  TimeQuantiles quantiles;
  if (!list.is_array() || list.size() != quantiles.at.size()) {
    refuse_times("a distribution takes 1 or " + std::to_string(quantiles.at.size()) + " times");
  }
  for (size_t i = 0; i < list.size(); ++i) quantiles.at[i] = time_of(list[i]);
  if (!std::is_sorted(quantiles.at.begin(), quantiles.at.end())) refuse_times("a distribution that falls");
  return quantiles;
}

std::vector<TimesAtSize> sizes_of(const TimesJson& list) {
  std::vector<TimesAtSize> sizes;
  for (const TimesJson& one : list) {
    sizes.push_back({.value_bytes = one.at("value_bytes").get<uint64_t>(),
                     .round_trip = quantiles_of(one.at("round_trip_ns")),
                     .service = quantiles_of(one.at("service_ns"))});
    const bool rises = sizes.size() == 1 || sizes[sizes.size() - 2].value_bytes < sizes.back().value_bytes;
    if (!rises) refuse_times("sizes that do not rise");
  }
  if (sizes.empty()) refuse_times("an operation without times");
  return sizes;
}

CalibratedTimes::Server server_of(const TimesJson& json) {
  CalibratedTimes::Server server{
      .name = json.at("server").get<std::string>(), .transport = json.at("transport").get<std::string>(), .times = {}};
  for (const auto& [name, list] : json.at("operations").items()) {
    const auto known = std::find(kOperationNames.begin(), kOperationNames.end(), name);
    if (known == kOperationNames.end()) refuse_times("no operation is called \"" + name + "\"");
    const auto operation = static_cast<TwinOperation>(known - kOperationNames.begin());
    std::vector<TimesAtSize> sizes = sizes_of(list);
    const bool is_whole_call = operation <= TwinOperation::erase;
    if (is_whole_call && sizes.front().round_trip.at.front() == Duration{0})
      refuse_times("a round trip that takes none");
    server.times.put(operation, std::move(sizes));
  }
  return server;
}

}  // namespace

std::string times_to_json(const CalibratedTimes& times) {
  TimesJson servers = TimesJson::array();
  for (const CalibratedTimes::Server& server : times.servers) {
    TimesJson operations = TimesJson::object();
    for (size_t i = 0; i < kTwinOperations; ++i) {
      for (const TimesAtSize& size : server.times.of(static_cast<TwinOperation>(i))) {
        operations[std::string(kOperationNames[i])].push_back({{"value_bytes", size.value_bytes},
                                                               {"round_trip_ns", quantiles_json(size.round_trip)},
                                                               {"service_ns", quantiles_json(size.service)}});
      }
    }
    servers.push_back({{"server", server.name}, {"transport", server.transport}, {"operations", operations}});
  }
  return TimesJson{{"schema", kTimesSchema}, {"source", times.source}, {"servers", servers}}.dump(1) + "\n";
}

CalibratedTimes times_from_json(const std::string& text) try {
  const TimesJson json = TimesJson::parse(text);
  if (json.at("schema") != kTimesSchema) refuse_times("its schema is not " + std::string(kTimesSchema));
  CalibratedTimes times{.source = json.at("source").get<std::string>(), .servers = {}};
  for (const TimesJson& server : json.at("servers")) times.servers.push_back(server_of(server));
  return times;
} catch (const TimesJson::exception& error) {
  refuse_times(error.what());
}

}  // namespace hitbench
