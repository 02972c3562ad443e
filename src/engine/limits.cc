#include "engine/limits.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/units.h"
#include "cache/cache.h"
#include "io/child_process.h"
#include "registry.h"
#include "workload/workload.h"

namespace hitbench {
namespace {

// Logs, pipes, event descriptors, a database file; redis-server keeps 32 back for itself (CONFIG_MIN_RESERVED_FDS).
constexpr uint64_t kSpareFiles = 100;

// What the cache's own maker refuses, such as a malformed address, is refused here, too. What depends on the
// environment (a password file that is not there) is for the run, and of that row only.
std::unique_ptr<Backend> backend_of(const RowPlan& row, const Registry& registry) {
  if (!row.has_cache) return nullptr;
  const CacheRow& cache = row_named(registry.caches, row.cache.type);
  if (cache.make == nullptr) return nullptr;
  try {
    return cache.make(row.cache.params, {.virtual_time = row.scenario->virtual_clock, .key_prefix = ""});
  } catch (const Error& error) {
    if (error.cause() == Error::Cause::usage) throw;
    return nullptr;
  }
}

uint64_t longest_key(const WorkloadSpec& workload, const Registry& registry) {
  const auto keys = make_keys(workload.keys, workload.key_count, registry);
  if (keys->own_keys() == 0) return static_cast<uint64_t>(workload.key_bytes);
  size_t longest = 0;
  for (uint64_t key = 0; key < keys->own_keys(); ++key) longest = std::max(longest, keys->own_text(key).size());
  return longest;
}

void check_keys(const RowPlan& row, const CacheLimits& limits, uint64_t longest) {
  if (!limits.key_bytes || longest + limits.prefix_bytes <= *limits.key_bytes) return;
  const bool own_keys = row.scenario->workload.keys.traits.own_keys;
  const uint64_t left = *limits.key_bytes - std::min(*limits.key_bytes, limits.prefix_bytes);
  throw usage_error(
      fmt::format("workload.{}: keys of {} bytes and a prefix of {} are too long for {}, which takes {}",
                  own_keys ? "keys.file" : "key_bytes", longest, limits.prefix_bytes, row.name, *limits.key_bytes),
      fmt::format("use keys of at most {} bytes{}", left,
                  limits.prefix_bytes > 0 ? ", or a shorter \"key_prefix\" of the cache" : ""));
}

void check_values(const RowPlan& row, const CacheLimits& limits, uint64_t longest, const Registry& registry) {
  if (!limits.item_bytes) return;
  const WorkloadSpec& workload = row.scenario->workload;
  const auto largest = row_named(registry.values, workload.values.type).make(workload.values.params)->largest();
  if (!largest) return;
  const uint64_t value = std::max(*largest, size_of(row.envelope()));
  const uint64_t besides = longest + limits.prefix_bytes + limits.item_overhead_bytes;
  if (value + besides <= *limits.item_bytes) return;
  throw usage_error(
      fmt::format("workload.value_bytes: values of {} bytes are too large for {}, which takes items of {} "
                  "bytes, {} of them for key and header",
                  value, row.name, *limits.item_bytes, besides),
      fmt::format("set caches' \"args\": [\"-I\", \"{}m\"] with \"memory\" to match, or make the values "
                  "smaller",
                  (value + besides) / (1 << 20) + 1));
}

void check_files(const RowPlan& row, const Backend* backend, uint64_t processes) {
  if (row.scenario->virtual_clock) return;
  const uint64_t needed = files_needed(row, backend) + processes;
  const uint64_t limit = raise_file_limit();
  if (needed <= limit) return;
  throw usage_error(fmt::format("app.{}: {} needs {} open files in one process, and this machine allows {}",
                                row.uses_threads() ? "clients" : "connections", row.name, needed, limit),
                    fmt::format("raise the limit: ulimit -n {}", needed));
}

}  // namespace

uint64_t files_needed(const RowPlan& row, const Backend* backend) {
  const AppSpec& app = row.scenario->app;
  const bool sockets = backend != nullptr && backend->waits_on_socket();
  const bool threads = row.uses_threads();
  const auto clients = static_cast<uint64_t>(app.clients), processes = static_cast<uint64_t>(app.processes);
  const uint64_t pool = app.pool_per_operation || threads ? clients : static_cast<uint64_t>(app.connections);
  const uint64_t connections = sockets ? pool : 0;
  const uint64_t loops = threads ? clients : 1;  // each has an epoll descriptor
  const bool own_server = sockets && !row.cache.params.has("address");
  return std::max(connections + loops, own_server ? processes * connections : 0) + kSpareFiles;
}

void check_limits(const std::vector<RowPlan>& rows, const Registry& registry) {
  uint64_t processes = 0;  // the parent has a socket to each, and a child inherits those of the rows before
  for (const RowPlan& row : rows) processes += static_cast<uint64_t>(row.scenario->app.processes);
  for (const RowPlan& row : rows) {
    const std::unique_ptr<Backend> backend = backend_of(row, registry);
    check_files(row, backend.get(), processes);
    const CacheLimits limits = backend ? backend->limits() : CacheLimits{};
    if (!limits.key_bytes) continue;
    const uint64_t longest = longest_key(row.scenario->workload, registry);
    check_keys(row, limits, longest);
    check_values(row, limits, longest, registry);
  }
}

}  // namespace hitbench
