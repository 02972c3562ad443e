// RFC 4180: of a result one line a run and kind of operation, CRLF, a header. Times are integers in ns; what was not
// measured is empty.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "judge/thresholds.h"
#include "report/csv_line.h"
#include "report/report.h"
#include "report/sections.h"
#include "report/verdict_sections.h"

namespace hitbench {
namespace {

constexpr std::string_view kIdentityHeader =
    "row,strategy,cache,origin,sweep,skipped,valid,complete,clock,loop,client_model,seed,stream_checksum,operation";

constexpr int kShortest = -1;

struct CsvColumn {
  const char* header;
  const char* metric = nullptr;  // by its name, see metric()
  int decimals = kShortest;
  Maybe<RecoveryState> Recovery::*state = nullptr;  // a word, which is no metric
};

// Of one kind of operation: of "read", "response.count" is read.response.count.
constexpr auto kLatencyColumns = std::to_array<CsvColumn>({
    {"count", "response.count"},
    {"response_mean_ns", "response.mean", 0},
    {"response_p50_ns", "response.p50"},
    {"response_p90_ns", "response.p90"},
    {"response_p95_ns", "response.p95"},
    {"response_p99_ns", "response.p99"},
    {"response_p99_9_ns", "response.p99_9"},
    {"response_max_ns", "response.max"},
    {"service_mean_ns", "service.mean", 0},
    {"service_p50_ns", "service.p50"},
    {"service_p99_ns", "service.p99"},
});

constexpr const char* kFailedColumn = "failed";  // of the kind of operation

// Of the whole run. A new column goes behind the others, which keep their places.
constexpr auto kRunColumns = std::to_array<CsvColumn>({
    {"operations", "operations"},
    {"duration_ns", "duration"},
    {"throughput_ops_s", "throughput", 3},
    {"hit_ratio", "hit_ratio"},
    {"origin_loads", "origin_load.loads"},
    {"origin_stores", "origin_load.stores"},
    {"origin_failed", "origin_load.failed"},
    {"stale_reads", "consistency.stale_reads"},
    {"dirty_reads", "consistency.dirty_reads"},
    {"stuck_keys", "consistency.stuck_keys"},
    {"lost_writes", "consistency.lost_writes"},
    {"corrupt_values", "consistency.corrupt_values"},
    {"evictions", "backend.evictions"},
    {"memory_bytes", "backend.memory_bytes"},
    {"loads_per_expiry", "origin_load.loads_per_expiry"},
    {"misses_first", "misses.first"},
    {"misses_expired", "misses.expired"},
    {"misses_evicted", "misses.evicted"},
    {"misses_invalidated", "misses.invalidated"},
    {"misses_lost", "misses.lost"},
    {"misses_early", "misses.early"},
    {"misses_unknown", "misses.unknown"},
    {"p99_staleness_ns", "consistency.p99_staleness"},
    {"max_staleness_ns", "consistency.max_staleness"},
    {"non_monotonic_reads", "consistency.non_monotonic_reads"},
    {"stuck_keys_after_ttl", "consistency.stuck_keys_after_ttl"},
    {"lost_keys", "consistency.lost_keys"},
    {"lost_updates", "consistency.lost_updates"},
    {"unchecked", "consistency.unchecked"},
    {"never_read", "backend.never_read"},
    {"retries", "retries"},
    {"recovery_hit_ratio_ns", "recovery.hit_ratio"},
    {"recovery_p99_ns", "recovery.p99"},
    {"recovery_origin_loads_peak_s", "recovery.origin_loads_peak_s"},
    {"misses_unavailable", "misses.unavailable"},
    {"recovery_outage_ns", "recovery.outage"},
    {.header = "recovery_hit_ratio_state", .state = &Recovery::hit_ratio_state},
    {.header = "recovery_p99_state", .state = &Recovery::p99_state},
    {"recovery_hit_ratio_after_heal_ns", "recovery.hit_ratio_after_heal"},
    {"recovery_p99_after_heal_ns", "recovery.p99_after_heal"},
});

constexpr const char* kThresholdsColumn = "thresholds";

void add_identity(CsvLine& line, const RunResult& run) {
  line.add(run.name).add(run.strategy).add(run.cache).add(run.origin).add(run.sweep);
  line.add(run.skipped).add(run.validity.valid && !run.skipped);
  line.add(run.complete).add(run.clock).add(run.loop).add(run.client_model).add(run.seed).add(run.stream_checksum);
}

// A count, which is a metric as any other, is written in full, however large it is.
std::string text_of(double value, int decimals) {
  if (decimals == kShortest && value != std::trunc(value)) return fmt::format("{}", value);
  return fmt::format("{:.{}f}", value, std::max(decimals, 0));
}

std::string text_of(const RunResult& run, const CsvColumn& column, const std::string& kind) {
  if (column.state) {
    const Maybe<RecoveryState>& state = run.recovery.*column.state;
    return state ? word_of(*state) : "";
  }
  const Maybe<double> value = metric(run, kind + column.metric);
  return value ? text_of(*value, column.decimals) : "";
}

// `kind`: what the names of the metrics begin with, "read." or nothing.
template <size_t n>
void add_columns(CsvLine& line, const std::array<CsvColumn, n>& columns, const RunResult& run,
                 const std::string& kind = "") {
  for (const CsvColumn& column : columns) line.add(text_of(run, column, kind));
}

std::string header() {
  std::string text(kIdentityHeader);
  for (const CsvColumn& column : kLatencyColumns) text += std::string(",") + column.header;
  text += std::string(",") + kFailedColumn;
  for (const CsvColumn& column : kRunColumns) text += std::string(",") + column.header;
  return text + "," + kThresholdsColumn + "\r\n";
}

// The worst verdict of the thresholds on a row: one that was missed, else one that could not be determined.
std::string worst_of(const std::vector<ThresholdVerdict>& verdicts, const std::string& row) {
  std::string worst;
  for (const ThresholdVerdict& verdict : verdicts) {
    if (verdict.row != row || worst == "missed") continue;
    if (worst.empty() || !verdict.met) worst = verdict_word(verdict);
  }
  return worst;
}

struct Operation {
  std::string name;
  uint64_t finished;
  Maybe<uint64_t> failed;
  uint64_t timed;
};

std::string lines_of(const RunResult& run, const std::string& thresholds) {
  const ReadsResult& r = run.reads;
  std::string text;
  for (const Operation& operation :
       {Operation{"read", answered(r), r.failed, run.read.response.count},
        Operation{"write", run.writes.acknowledged, run.writes.failed, run.write.response.count},
        Operation{"delete", run.deletes.acknowledged, run.deletes.failed, run.erase.response.count},
        Operation{"modify", 0, {}, run.modify.response.count}}) {  // counted as reads and writes
    if (run.skipped || operation.finished + operation.failed.value_or(0) + operation.timed == 0) continue;
    CsvLine line;
    add_identity(line, run);
    line.add(operation.name);
    add_columns(line, kLatencyColumns, run, operation.name + ".");
    line.add(operation.failed);
    add_columns(line, kRunColumns, run);
    text += line.add(thresholds).end();
  }
  if (!text.empty()) return text;
  CsvLine line;  // skipped, or nothing was done: the row is still there
  add_identity(line, run);
  line.add_empty(1 + kLatencyColumns.size() + 1 + kRunColumns.size());  // from the operation on
  return line.add(thresholds).end();
}

// The last line has no row and no metric: it is about the whole.
std::string whole_of(const Verdict& verdict) {
  std::vector<std::string> notes = texts_of(verdict.reasons);
  if (const std::string differs = differences_of(verdict); !differs.empty()) notes.push_back("differs: " + differs);
  for (const Doubt& warning : verdict.warnings) notes.push_back(warning.text);
  CsvLine line;
  line.add(std::string()).add(std::string()).add(std::string(word_of(verdict.verdict))).add(true);
  return line.add_empty(14).add(fmt::format("{}", fmt::join(notes, "; "))).end();
}

}  // namespace

std::string report_csv(const Result& result, const ReportStyle& style) {
  std::string text = header();
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
    CsvLine line;
    line.add(item.row).add(item.metric).add(std::string(word_of(item.verdict))).add(item.judged);
    line.add(item.base).add(item.candidate).add(item.better).add(item.basis);
    line.add(item.change).add(item.change_low).add(item.change_high).add(item.method).add(item.p);
    line.add(pairs(0)).add(pairs(1)).add(item.delta).add(item.detectable).add(item.noise).add(item.note);
    text += line.end();
  }
  return text + whole_of(verdict);
}

}  // namespace hitbench
