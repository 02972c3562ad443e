#include "engine/server_wait.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/units.h"
#include "engine/refusal.h"

namespace hitbench {
namespace {

// Of the time that the server was kept waiting: from where p99 is the machine's, and from where nothing is told of the
// server (docs/method.md, "Server or machine?").
constexpr double kKeptWaitingMarks = 0.01, kKeptWaitingLimit = 0.5;

// Operations come at any time: as large a share of them as that of the time meets a server that waits for a CPU.
void mark(const std::string& kind, const LatencyResult& latency, double share, Validity& validity) {
  const Percentiles& response = latency.response;
  std::vector<std::string>& marked = validity.machine_percentiles;
  const auto add = [&](const char* name, double q, Maybe<int64_t> value) {
    const std::string path = kind + ".response." + name;
    const bool known = std::find(marked.begin(), marked.end(), path) != marked.end();
    if (value && share > 1 - q && !known) marked.push_back(path);
  };
  add("p50", 0.50, response.p50_ns);
  add("p90", 0.90, response.p90_ns);
  add("p95", 0.95, response.p95_ns);
  add("p99", 0.99, response.p99_ns);
  add("p99_9", 0.999, response.p99_9_ns);
}

}  // namespace

void judge_server(const Evidence& evidence, RunResult& result) {
  const Maybe<double> share = evidence.server ? evidence.server->kept_waiting(evidence.measured) : std::nullopt;
  if (!share) return;
  Validity& validity = result.validity;
  validity.server_kept_waiting = share;
  mark("read", result.read, *share, validity);
  mark("write", result.write, *share, validity);
  mark("delete", result.erase, *share, validity);
  mark("modify", result.modify, *share, validity);
  if (*share <= kKeptWaitingMarks) return;
  const bool ours = !evidence.row.cache.params.has("address");
  const std::string words = fmt::format(
      "the server waited for a CPU in {:.{}f} % of the {} measured: {}; run on a quieter machine, with fewer "
      "app.processes, or give the server a core of its own ({}, and app.pin)",
      100 * *share, *share < 0.1 ? 1 : 0, format_duration(evidence.measured),
      *share > kKeptWaitingLimit ? "its times come from that" : "its slowest times come from that",
      ours ? "\"pin\" on the cache" : "taskset");
  if (*share > kKeptWaitingLimit) return refuse(validity, "server-kept-waiting", words);
  validity.warnings.push_back({"server-kept-waiting", words});
}

}  // namespace hitbench
