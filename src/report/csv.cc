// RFC 4180: of a result one line a run and kind of operation, CRLF, a header. Times are integers in ns; what was not
// measured is empty.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/printable.h"
#include "judge/thresholds.h"
#include "report/report.h"
#include "report/sections.h"
#include "report/verdict_sections.h"

namespace hitbench {
namespace {

const char* const kHeader =
    "row,strategy,cache,origin,sweep,skipped,valid,complete,clock,loop,client_model,seed,stream_checksum,"
    "operation,count,response_mean_ns,response_p50_ns,response_p90_ns,response_p95_ns,response_p99_ns,"
    "response_p99_9_ns,response_max_ns,service_mean_ns,service_p50_ns,service_p99_ns,failed,operations,duration_ns,"
    "throughput_ops_s,hit_ratio,origin_loads,origin_stores,origin_failed,stale_reads,dirty_reads,stuck_keys,"
    "lost_writes,corrupt_values,evictions,memory_bytes,loads_per_expiry,misses_first,misses_expired,misses_evicted,"
    "misses_invalidated,misses_lost,misses_early,misses_unknown,p99_staleness_ns,max_staleness_ns,non_monotonic_reads,"
    "stuck_keys_after_ttl,lost_keys,lost_updates,unchecked,never_read,retries,recovery_"
    "hit_ratio_ns,recovery_p99_ns,recovery_origin_loads_peak_s,misses_unavailable,recovery_outage_ns,recovery_hit_"
    "ratio_"
    "state,recovery_p99_state,recovery_hit_ratio_after_heal_ns,recovery_p99_after_heal_ns,thresholds";

class Line {
 public:
  Line& add(const std::string& words) {
    const std::string text = printable(words);
    const bool quoted = text.find_first_of(",\"\r\n") != std::string::npos;
    std::string field;
    for (const char c : text) field += c == '"' ? "\"\"" : std::string(1, c);
    line_ += (first_ ? "" : ",") + (quoted ? "\"" + field + "\"" : field);
    first_ = false;
    return *this;
  }
  Line& add(bool yes) { return add(std::string(yes ? "true" : "false")); }
  Line& add(uint64_t number) { return add(fmt::format("{}", number)); }
  Line& add(int64_t number) { return add(fmt::format("{}", number)); }
  Line& add(double number) { return add(fmt::format("{}", number)); }
  template <class T>
  Line& add(const Maybe<T>& value) {
    return value ? add(*value) : add(std::string());
  }
  Line& add_rounded(const Maybe<double>& ns) { return ns ? add(fmt::format("{:.0f}", *ns)) : add(std::string()); }
  std::string end() const { return line_ + "\r\n"; }

 private:
  std::string line_;
  bool first_ = true;
};

void add_identity(Line& line, const RunResult& run) {
  line.add(run.name).add(run.strategy).add(run.cache).add(run.origin).add(run.sweep);
  line.add(run.skipped).add(run.validity.valid && !run.skipped);
  line.add(run.complete).add(run.clock).add(run.loop).add(run.client_model).add(run.seed).add(run.stream_checksum);
}

void add_latency(Line& line, const LatencyResult& latency) {
  const Percentiles& response = latency.response;
  line.add(response.count).add_rounded(response.mean_ns).add(response.p50_ns).add(response.p90_ns);
  line.add(response.p95_ns).add(response.p99_ns).add(response.p99_9_ns).add(response.max_ns);
  line.add_rounded(latency.service.mean_ns).add(latency.service.p50_ns).add(latency.service.p99_ns);
}

// The worst verdict of the thresholds on a row: one that was missed, else one that cannot be told.
std::string worst_of(const std::vector<ThresholdVerdict>& verdicts, const std::string& row) {
  std::string worst;
  for (const ThresholdVerdict& verdict : verdicts) {
    if (verdict.row != row || worst == "missed") continue;
    if (worst.empty() || !verdict.met) worst = verdict_word(verdict);
  }
  return worst;
}

void add_whole_run(Line& line, const RunResult& run) {
  line.add(run.operations).add(run.duration_ns).add(fmt::format("{:.3f}", run.throughput_ops_s)).add(run.hit_ratio);
  line.add(run.origin_load.loads).add(run.origin_load.stores).add(run.origin_load.failed);
  const Consistency& seen = run.consistency;
  line.add(seen.stale_reads).add(seen.dirty_reads).add(seen.stuck_keys).add(seen.lost_writes).add(seen.corrupt_values);
  line.add(run.backend.evictions).add(run.backend.memory_bytes);
  // Columns that came later stand behind the older ones, which keep their places.
  const MissesResult& misses = run.misses;
  line.add(run.origin_load.loads_per_expiry).add(misses.first).add(misses.expired).add(misses.evicted);
  line.add(misses.invalidated).add(misses.lost).add(misses.early).add(misses.unknown);
  line.add(seen.p99_staleness_ns).add(seen.max_staleness_ns).add(seen.non_monotonic_reads);
  line.add(seen.stuck_keys_after_ttl).add(seen.lost_keys).add(seen.lost_updates).add(seen.unchecked);
  line.add(run.backend.never_read).add(run.retries);
  const Recovery& recovery = run.recovery;
  const auto word = [](const Maybe<RecoveryState>& state) { return state ? word_of(*state) : std::string(); };
  line.add(recovery.hit_ratio_ns).add(recovery.p99_ns).add(recovery.origin_loads_peak_s).add(misses.unavailable);
  line.add(recovery.outage_ns).add(word(recovery.hit_ratio_state)).add(word(recovery.p99_state));
  line.add(recovery.hit_ratio_after_heal_ns).add(recovery.p99_after_heal_ns);
}

struct Operation {
  const char* name;
  const LatencyResult& latency;
  uint64_t finished;
  Maybe<uint64_t> failed;
};

std::string lines_of(const RunResult& run, const std::string& thresholds) {
  const ReadsResult& r = run.reads;
  std::string text;
  for (const Operation& operation : {Operation{"read", run.read, answered(r), r.failed},
                                     Operation{"write", run.write, run.writes.acknowledged, run.writes.failed},
                                     Operation{"delete", run.erase, run.deletes.acknowledged, run.deletes.failed},
                                     Operation{"modify", run.modify, 0, {}}}) {  // counted as reads and writes
    const uint64_t all = operation.finished + operation.failed.value_or(0) + operation.latency.response.count;
    if (run.skipped || all == 0) continue;
    Line line;
    add_identity(line, run);
    line.add(std::string(operation.name));
    add_latency(line, operation.latency);
    line.add(operation.failed);
    add_whole_run(line, run);
    line.add(thresholds);
    text += line.end();
  }
  if (!text.empty()) return text;
  Line line;  // skipped, or nothing was done: the row is still there
  add_identity(line, run);
  const size_t columns =
      static_cast<size_t>(std::count(kHeader, kHeader + std::char_traits<char>::length(kHeader), ','));
  constexpr size_t kIdentityColumns = 14;
  for (size_t i = kIdentityColumns; i < columns; ++i) line.add(std::string());
  return line.add(thresholds).end();
}

// The last line has no row and no metric: it is about the whole.
std::string whole_of(const Verdict& verdict) {
  std::vector<std::string> notes = verdict.reasons;
  if (const std::string differs = differences_of(verdict); !differs.empty()) notes.push_back("differs: " + differs);
  notes.insert(notes.end(), verdict.warnings.begin(), verdict.warnings.end());
  Line line;
  line.add(std::string()).add(std::string()).add(std::string(word_of(verdict.verdict))).add(true);
  for (int i = 0; i < 14; ++i) line.add(std::string());
  return line.add(fmt::format("{}", fmt::join(notes, "; "))).end();
}

}  // namespace

std::string report_csv(const Result& result, const ReportStyle& style) {
  std::string text = std::string(kHeader) + "\r\n";
  for (const RunResult* run : selected_runs(result, style)) {
    text += lines_of(*run, worst_of(result.threshold_verdicts, run->name));
  }
  return text;
}

// One line for each metric of a row.
std::string report_verdict_csv(const Verdict& verdict, const ReportStyle&) {
  std::string text =
      "row,metric,verdict,judged,base,candidate,better,basis,change,change_low,change_high,method,p,pairs_stage_1,"
      "pairs_stage_2,delta,detectable,noise,note\r\n";
  for (const VerdictItem& item : verdict.items) {
    const auto pairs = [&](size_t stage) {
      return item.pairs.size() > stage ? Maybe<int64_t>(item.pairs[stage]) : std::nullopt;
    };
    Line line;
    line.add(item.row).add(item.metric).add(std::string(word_of(item.verdict))).add(item.judged);
    line.add(item.base).add(item.candidate).add(item.better).add(item.basis);
    line.add(item.change).add(item.change_low).add(item.change_high).add(item.method).add(item.p);
    line.add(pairs(0)).add(pairs(1)).add(item.delta).add(item.detectable).add(item.noise).add(item.note);
    text += line.end();
  }
  return text + whole_of(verdict);
}

}  // namespace hitbench
