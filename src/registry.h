// Every part by name: the one table that a new cache, origin, strategy, distribution or report adds a row to.
// registry.cc is the only file that names concrete classes.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/part.h"

namespace hitbench {

class Backend;
struct BackendContext;
class EvictionPolicy;
struct PolicySetting;
class ServerModel;
struct ModelLimit;
class OriginServer;
struct OriginContext;
class Strategy;
struct StrategyContext;
class Guard;
class WritePath;
class Refresh;
class Ttl;
struct Composition;
class KeyDistribution;
class TraceReader;
struct TraceInput;
class ValueSizes;
class DurationDistribution;
class Arrivals;
struct ProcessPlace;
struct Result;
struct Verdict;
struct NamedResult;
struct ReportStyle;
struct Registry;

struct CacheRow : RowInfo {
  std::unique_ptr<Backend> (*make)(const Params&, const BackendContext&) = nullptr;
};
struct EvictionRow : RowInfo {
  std::unique_ptr<EvictionPolicy> (*policy)(const PolicySetting&) = nullptr;  // over numbers
  // A memory cache that evicts so by a policy in its entries; null: by the one over numbers.
  std::unique_ptr<Backend> (*make)(const Params&, const BackendContext&) = nullptr;
};
struct TwinRow {  // a server on a curve: "redis:allkeys-lru" is its name and one of its policies
  std::string_view name;
  std::vector<std::string_view> policies;
  std::unique_ptr<ServerModel> (*model)(std::string_view policy, const ModelLimit&) = nullptr;
};
struct OriginRow : RowInfo {
  std::unique_ptr<OriginServer> (*make)(const Params&, const OriginContext&) = nullptr;
};
struct StrategyRow : RowInfo {
  std::unique_ptr<Strategy> (*make)(const Params&, const StrategyContext&) = nullptr;
};
struct GuardRow : RowInfo {
  std::unique_ptr<Guard> (*make)(const Params&, const Composition&) = nullptr;
};
struct WritePathRow : RowInfo {
  std::unique_ptr<WritePath> (*make)(const Params&, const Composition&) = nullptr;
};
struct RefreshRow : RowInfo {
  std::unique_ptr<Refresh> (*make)(const Params&, const Ttl&) = nullptr;
};
struct KeysRow : RowInfo {
  std::unique_ptr<KeyDistribution> (*make)(const Params&, uint64_t count, const Registry&) = nullptr;
};
struct TraceRow : RowInfo {  // a format of traces
  std::unique_ptr<TraceReader> (*make)(TraceInput) = nullptr;
  std::string_view layout = {};  // handed to the maker of a family of formats
  bool takes_layout = false;     // "csv:..." gives it another
  bool is_binary = false;
  bool is_recognizable = true;  // its first bytes tell it from others
  bool is_of_cache = false;     // recorded in front of a cache: a set may be a fill
};
struct ValuesRow : RowInfo {
  std::unique_ptr<ValueSizes> (*make)(const Params&) = nullptr;
};
struct LatencyRow : RowInfo {
  std::unique_ptr<DurationDistribution> (*make)(const Params&) = nullptr;
};
struct ArrivalsRow : RowInfo {
  std::unique_ptr<Arrivals> (*make)(const Params&, const ProcessPlace&, const Registry&) = nullptr;
};
struct ReportRow : RowInfo {
  // Null where the format has no place for it.
  std::string (*print)(const Result&, const ReportStyle&) = nullptr;
  std::string (*print_verdict)(const Verdict&, const ReportStyle&) = nullptr;
  std::string (*print_both)(const NamedResult&, const NamedResult&, const ReportStyle&) = nullptr;
};

struct Registry {
  std::vector<CacheRow> caches;
  std::vector<EvictionRow> evictions;  // choices of the field "policy" of the cache "memory"
  std::vector<TwinRow> twins;
  std::vector<OriginRow> origins;
  std::vector<StrategyRow> strategies;
  std::vector<GuardRow> guards;           // field kind "guard"
  std::vector<WritePathRow> write_paths;  // field kind "on_write"
  std::vector<RefreshRow> refreshes;      // field kind "refresh"
  std::vector<RowInfo> nulls;             // field kind "nulls"
  std::vector<RowInfo> fail_safes;        // field kind "fail_safe"
  std::vector<KeysRow> keys;
  std::vector<TraceRow> traces;
  std::vector<ValuesRow> values;
  std::vector<LatencyRow> latencies;  // field kind "latency"
  std::vector<ArrivalsRow> arrivals;
  std::vector<ReportRow> reports;
};

const Registry& registry();

// The row of that name; the scenario reader has made sure that there is one.
template <class Type>
const Type& row_named(const std::vector<Type>& rows, std::string_view name) {
  const auto at = std::find_if(rows.begin(), rows.end(), [&](const Type& row) { return row.name == name; });
  CHECK(at != rows.end());
  return *at;
}

// The libraries that the parts are built on, name -> version: for a result's environment.
std::map<std::string, std::string> library_versions();

}  // namespace hitbench
