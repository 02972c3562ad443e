#include "engine/answers_validity.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/units.h"
#include "engine/failures.h"
#include "engine/refusal.h"
#include "metrics/summary.h"

namespace hitbench {
namespace {

constexpr double kFewOfTheMisses = 0.1;  // a cause of fewer is no reason to do anything

struct Failures {
  const char* kind;
  uint64_t failed, all;
  const char* meaning = "";
};

void warn_of_failures(DoubtId id, const Failures& of, Validity& validity) {
  if (of.failed == 0) return;
  validity.warnings.push_back({id, fmt::format("{} of {} {} failed{}; look at the origin, the server, app.timeout",
                                               format_count(static_cast<double>(of.failed)),
                                               format_count(static_cast<double>(of.all)), of.kind, of.meaning)});
}

// What came of the operations.
void judge_success(RunResult& result) {
  const ReadsResult& r = result.reads;
  const uint64_t good = answered(r);
  const uint64_t writes = result.writes.acknowledged, deletes = result.deletes.acknowledged;
  const uint64_t failed = r.failed + result.writes.failed + result.deletes.failed;
  Validity& validity = result.validity;
  if (failed + good + writes + deletes == 0)
    return refuse(validity, "nothing-measured", "nothing was measured; raise measure");
  if (good + writes + deletes == 0) {
    refuse_for_failures(validity, "all-failed", "no operation succeeded");
  } else {
    const std::string why = why_too_many_failed(result);
    if (!why.empty()) refuse_for_failures(validity, "too-many-failed", why);
  }
  const Failures each[] = {{"reads", r.failed, good + r.failed, ", and count as neither hits nor misses"},
                           {"writes", result.writes.failed, writes + result.writes.failed},
                           {"deletes", result.deletes.failed, deletes + result.deletes.failed}};
  for (const Failures& of : each) warn_of_failures("operations-failed", of, validity);
  const LoadingResult& loading = result.loading;
  warn_of_failures("loading-failed",
                   {"keys to be loaded before the measuring", loading.failed.value_or(0), loading.keys.value_or(0)},
                   validity);
}

// A whole second in which every client failed is an outage of the server, not a property of the row: what was measured
// before and after it must not win. Where the scenario asked for failures they are what it measures.
void judge_outage(const RowPlan& row, RunResult& result) {
  const bool asked_for = row.has_origin && row.origin.params.has("errors") && row.origin.params.real("errors") > 0;
  if (asked_for || !row.scenario->faults.empty()) return;
  const uint64_t clients = row.scenario->app.all_clients();
  for (const SecondResult& second : result.series) {
    if (second.failed < second.operations || second.operations < clients) continue;
    refuse_for_failures(result.validity, "server-away",
                        fmt::format("no operation succeeded in second {}: a server was away; look at its log and at "
                                    "app.timeout",
                                    second.second));
    return;
  }
}

// Whether what the server refused is most of what went wrong: a single timeout explains nothing.
bool explained_by_server(const RunResult& result, uint64_t went_wrong) {
  uint64_t refused = 0;
  for (const ServerMessage& message : result.server_messages) refused += message.count;
  return 2 * refused > went_wrong;
}

// Why values were not taken, where the server said so.
std::string untaken_remedy(const RunResult& result) {
  if (explained_by_server(result, result.backend.failed_stores.value_or(0))) return "see what was refused, and why";
  return "give it more memory or smaller values";
}

// Why the reads missed, the most frequent cause first, each with its remedy. Where nobody kept account, all that it can
// be.
std::string why_few_hits(const RunResult& result) {
  if (explained_by_server(result, result.reads.miss)) return "see what was refused, and why";
  struct Cause {
    Maybe<uint64_t> count;
    const char* words;
    const char* remedy;
  };
  const MissesResult& misses = result.misses;
  std::vector<Cause> causes{
      {misses.first, "were of keys requested for the first time",
       "warm up or measure for longer, preload them, or make the key space smaller"},
      {misses.expired, "were of entries whose TTL had ended", "a longer TTL"},
      {misses.evicted, "were of entries that had made room for others",
       "make the cache larger or the key space smaller"},
      {misses.invalidated, "were of entries that writes had deleted",
       "lower the share of the writes, or update cached entries instead (\"on_write\")"},
      {misses.lost, "were of entries that the cache had lost", "look at its server's log"},
      {misses.early, "were of entries that the guard loaded early",
       "lower its beta, or make the TTL longer compared with the time that a load takes"},
  };
  const auto all = static_cast<double>(result.reads.miss);
  std::erase_if(causes, [&](const Cause& cause) {
    return static_cast<double>(cause.count.value_or(0)) <= kFewOfTheMisses * all;
  });
  if (causes.empty()) return "make the cache larger, the TTL longer or the key space smaller";
  std::ranges::stable_sort(causes, std::ranges::greater{}, [](const Cause& cause) { return *cause.count; });
  std::string words;
  for (const Cause& cause : causes) {
    add_part(words, fmt::format("{} {} ({})", format_share(static_cast<double>(*cause.count) / all), cause.words,
                                cause.remedy));
  }
  return "of the misses " + words;
}

// Redis counts what it buffers for its connections to maxmemory and evicts data for it (redis.io/docs, "Eviction").
void judge_buffers(const Evidence& evidence, RunResult& result) {
  const bool full = result.backend.evictions.value_or(0) > 0 || !result.server_messages.empty();
  if (!evidence.buffers || *evidence.buffers < kManyBuffers || !full) return;
  result.validity.warnings.push_back(
      {"connection-buffers",
       fmt::format("the buffers of its connections take {:.0f} % of the server's maxmemory, which holds so much less "
                   "data; lower app.connections or raise \"memory\"",
                   100 * *evidence.buffers)});
}

}  // namespace

void judge_answers(const Evidence& evidence, RunResult& result) {
  Validity& validity = result.validity;
  if (const uint64_t corrupt = result.consistency.corrupt_values.value_or(0); corrupt > 0) {
    refuse(validity, "corrupt-values", counted(corrupt, "value") + " not as stored");
  }
  if (!evidence.intrusion.empty()) refuse(validity, "server-shared", evidence.intrusion);
  if (evidence.outcome.stuck) {
    refuse_for_failures(validity, "given-up", "given up: for five timeouts and 5 s no operation succeeded");
  }
  const uint64_t reads = result.read.response.count;
  count_asked_failures(*evidence.row.scenario, evidence.outcome.recorder, result);
  judge_success(result);
  if (const uint64_t failed = result.backend.failed_stores.value_or(0);
      failed > 0 && evidence.row.scenario->faults.empty()) {
    validity.warnings.push_back({"values-not-stored", fmt::format("the cache did not take {}; {}",
                                                                  counted(failed, "value"), untaken_remedy(result))});
  }
  if (result.validity.valid) judge_outage(evidence.row, result);
  const std::string& doubt = evidence.row.keys_doubt;  // where keys do not repeat, no other remedy helps
  if (!doubt.empty()) validity.warnings.push_back({"keys-do-not-repeat", doubt});
  const bool few = evidence.row.has_cache && !evidence.row.barrier() && reads > 0;
  if (doubt.empty() && few && result.hit_ratio.value_or(1) < kFewHits) {
    validity.warnings.push_back({"few-hits", "almost nothing hit: " + why_few_hits(result)});
  }
  if (evidence.serialized_origin) {
    const RowPlan& row = evidence.row;
    const bool waits_untimed = !row.open() && !row.barrier() && row.scenario->app.clients > 1;
    validity.warnings.push_back(
        {"serialized-loads",
         waits_untimed
             ? "the origin's calls block their process, and clients wait for their turn untimed: compare ops/s"
             : "origin loads of one process never overlap: serialized by the application"});
  }
  judge_buffers(evidence, result);
}

}  // namespace hitbench
