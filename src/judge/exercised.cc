#include "judge/exercised.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/units.h"
#include "judge/likeness.h"
#include "metrics/json_archive.h"

namespace hitbench {
namespace {

// Did the mechanism occur in this row? Nothing where it was not counted. `part` is the strategy or cache whose field
// differs, as the scenario has it.
using Occurred = Maybe<bool> (*)(const RunResult& run, const Json& part);

Maybe<bool> expired(const RunResult& run, const Json& part) {
  const Json refresh = part.value("refresh", Json());
  const bool refreshes = refresh.is_object() && refresh.value("type", Json("none")) != "none";
  if (refreshes && run.background.tasks.value_or(0) > 0) return true;  // at a share of the TTL
  if (!run.misses.expired) return std::nullopt;
  if (*run.misses.expired + run.misses.early.value_or(0) + run.reads.stale_hit > 0) return true;
  if (run.misses.unknown.value_or(0) > 0) return std::nullopt;  // any of those may be one
  return false;
}

Maybe<bool> evicted(const RunResult& run, const Json&) {
  const bool refused = run.backend.failed_stores.value_or(0) > 0 || !run.server_messages.empty();
  if (refused) return true;
  if (!run.backend.evictions && !run.misses.evicted) return std::nullopt;
  return run.backend.evictions.value_or(0) + run.misses.evicted.value_or(0) > 0;
}

Maybe<bool> wrote(const RunResult& run, const Json&) {
  return run.writes.acknowledged + run.writes.failed + run.deletes.acknowledged + run.deletes.failed > 0;
}

Maybe<bool> loaded_at_once(const RunResult& run, const Json&) {
  if (run.reads.coalesced + run.misses.early.value_or(0) > 0) return true;
  if (!run.origin_load.peak_concurrent_loads_per_key) return std::nullopt;
  return *run.origin_load.peak_concurrent_loads_per_key > 1;
}

Maybe<bool> refreshed(const RunResult& run, const Json&) {
  return run.reads.stale_hit + run.background.tasks.value_or(0) > 0;
}

// A duration of a part, by its name and then its place in it: nothing where there is none.
Maybe<int64_t> ns_in(const Json& part, const char* inner, const char* name) {
  const Json object = part.value(inner, Json());
  if (!object.is_object() || !object.contains(name) || !object[name].is_string()) return std::nullopt;
  const auto duration = parse_duration(object[name].get<std::string>());
  return duration ? Maybe<int64_t>(duration->count()) : std::nullopt;
}

// In virtual time nothing passes but loading, warming up and measuring, and little between the rounds.
constexpr double kBetweenRounds = 2;

// How long the first of the negative entries lives: the strategy's jitter is theirs too. Nothing where that is not
// known.
Maybe<double> shortest_null_ttl(const Json& part) {
  const Maybe<int64_t> ttl = ns_in(part, "nulls", "ttl");
  const Json jitter = part.value("ttl_jitter", Json());
  const double share = jitter.is_number() ? jitter.get<double>() : 0;
  return ttl && share < 1 ? Maybe<double>(static_cast<double>(*ttl) * (1 - share)) : std::nullopt;
}

Maybe<bool> null_expired(const RunResult& run, const Json& part) {
  if (run.reads.null_hit == 0) return false;
  const int64_t passed = run.duration_ns + run.warmup.duration_ns.value_or(0) + run.loading.duration_ns.value_or(0);
  const Maybe<double> ttl = shortest_null_ttl(part);
  if (run.clock == "virtual" && ttl && *ttl / kBetweenRounds > static_cast<double>(passed)) return false;
  return expired(run, part);
}

Maybe<bool> found_nothing(const RunResult& run, const Json&) { return run.reads.null_hit > 0; }

Maybe<bool> missed(const RunResult& run, const Json&) { return run.reads.miss > 0; }

Maybe<bool> failed(const RunResult& run, const Json&) {
  return run.failed_operations.value_or(0) + run.retries.value_or(0) + run.misses.unavailable.value_or(0) +
             run.backend.failed_stores.value_or(0) >
         0;
}

Maybe<bool> broke(const RunResult& run, const Json&) { return run.recovery.origin_loads_peak_s.has_value(); }

// The longest that anybody waited for an answer, or for none. Nothing where not every operation was timed.
Maybe<int64_t> longest_wait(const RunResult& run) {
  if (run.validity.sampled_one_in > 1) return std::nullopt;
  int64_t longest = 0;
  for (const LatencyResult* latency : {&run.read, &run.write, &run.erase}) {
    for (const Percentiles* each : {&latency->response, &latency->failed}) {
      if (each->out_of_range > 0 || (each->count > 0 && !each->max_ns)) return std::nullopt;
      longest = std::max(longest, each->max_ns.value_or(0));
    }
  }
  return longest;
}

Maybe<bool> lasted(const RunResult& run, Maybe<int64_t> limit_ns) {
  const Maybe<int64_t> longest = longest_wait(run);
  if (!longest || !limit_ns) return std::nullopt;
  return *longest >= *limit_ns;
}

// The lock of a key that is written is held by its writer: who waits for that need not meet a load.
bool writers_lock(const RunResult& run, const Json& part) {
  const Json path = part.value("on_write", Json());
  return path.is_object() && path.value("type", Json()) == "lock" && wrote(run, part).value_or(true);
}

// Whether nobody can have met another one's lock.
bool never_locked_out(const RunResult& run, const Json& part) {
  return !writers_lock(run, part) && !loaded_at_once(run, part).value_or(true);
}

// For a lock: as long as "wait" says, or twice its TTL where that is not given. Who waits for ever gives up never.
// Where the cache fails nobody waits.
Maybe<bool> waited_in_vain(const RunResult& run, const Json& part) {
  if (failed(run, part).value_or(false)) return true;
  if (never_locked_out(run, part)) return false;
  const Json guard = part.value("guard", Json());
  const Json wait = guard.is_object() ? guard.value("wait", Json()) : Json();
  if (wait == "none") return false;
  if (!wait.is_null()) return lasted(run, ns_in(part, "guard", "wait"));
  const Maybe<int64_t> ttl = ns_in(part, "guard", "ttl");
  return lasted(run, ttl ? Maybe<int64_t>(*ttl > INT64_MAX / 2 ? INT64_MAX : 2 * *ttl) : std::nullopt);
}

// A lock that ended by itself: its load, or the wait of somebody for it, lasted as long. Of an owner that was killed,
// or one in the background, the results do not tell.
Maybe<bool> lock_ended(const RunResult& run, const Json& part) {
  if (broke(run, part).value_or(false) || run.background.tasks.value_or(0) > 0) return std::nullopt;
  if (waited_in_vain(run, part).value_or(false)) return true;  // by default as long as the TTL says
  if (never_locked_out(run, part)) return false;
  return lasted(run, ns_in(part, "guard", "ttl"));
}

// The queue of a process counts whenever something comes in, that of a server is looked at now and then.
Maybe<bool> queue_was_full(const RunResult& run, const Json& part) {
  const WriteQueueResult& queue = run.write_queue;
  if (queue.rejected.value_or(0) + queue.dropped.value_or(0) > 0) return true;
  if (!wrote(run, part).value_or(true)) return false;
  if (broke(run, part).value_or(false)) return std::nullopt;  // what a killed process had counted is lost
  const Json path = part.value("on_write", Json());
  const bool known = path.is_object() && path.contains("queue") && path["queue"].is_number_unsigned();
  if (!known || !queue.peak) return std::nullopt;
  if (*queue.peak >= path["queue"].get<uint64_t>()) return true;
  return path.value("queue_in", Json()) == "process" ? Maybe<bool>(false) : std::nullopt;
}

// In an open loop the clients do what is due; who was busy then has no lateness of its own. Elsewhere they are the
// load.
Maybe<bool> waited_for_client(const RunResult& run, const Json&) {
  if (run.loop != "open" || run.client.shared_calls.value_or(0) > 0) return true;
  uint64_t timed = 0, idle = 0;
  for (const LatencyResult* latency : {&run.read, &run.write, &run.erase}) {
    timed += latency->response.count + latency->failed.count;
    idle += latency->gen_late.count;
  }
  if (timed == 0 || idle == 0) return std::nullopt;
  return idle < timed;
}

// A cache in the process has no connections.
Maybe<bool> shared_connection(const RunResult& run, const Json&) {
  const bool in_process = run.clock == "virtual" || run.exact_evictions || !run.has_cache();
  if (!run.client.shared_calls) return in_process ? Maybe<bool>(false) : std::nullopt;
  return *run.client.shared_calls > 0;
}

Maybe<bool> asked_origin(const RunResult& run, const Json&) {
  return run.origin_load.loads.value_or(0) + run.origin_load.stores.value_or(0) > 0;
}

Maybe<bool> queued_at_origin(const RunResult& run, const Json&) {
  if (!run.origin_load.queued) return std::nullopt;
  return *run.origin_load.queued > 0;
}

Maybe<bool> origin_failed(const RunResult& run, const Json&) { return run.origin_load.failed.value_or(0) > 0; }

struct Mechanism {
  std::string_view pattern;  // of the field's path: "*" is any one name, "**" at the end any rest
  Occurred occurred;
  const char* absence;  // what did not happen
  const char* remedy;   // so that it does
  bool detail = false;  // of a field that both sides have; where one lacks it, that it is there at all is the change
};

constexpr const char* kNoExpiry = "no read met an expired entry";
constexpr const char* kNoEviction = "nothing was evicted";
constexpr const char* kLonger = "measure for longer than the TTL, or make it shorter on both sides";
constexpr const char* kSmaller = "use more keys, or less memory on both sides";
constexpr const char* kWait = "make guard.wait shorter than a load on both sides, or leave the field as it is";
constexpr const char* kFill = "make the queue smaller on both sides, or write more";
constexpr const char* kBreak = "add a fault, or leave the field as it is";

// The first that fits counts. A field without a line matters whenever anything runs at all.
constexpr std::array kMechanisms = {
    Mechanism{"strategies.*.ttl", expired, kNoExpiry, kLonger},
    Mechanism{"strategies.*.ttl_jitter", expired, kNoExpiry, kLonger},
    Mechanism{"strategies.*.ttl_from", expired, kNoExpiry, kLonger},
    Mechanism{"strategies.*.guard.ttl", lock_ended, "nothing took as long as a lock's TTL",
              "make the lock's ttl shorter than a load on both sides, or leave the field as it is", true},
    Mechanism{"strategies.*.guard.wait", waited_in_vain, "no reader gave up waiting for a lock", kWait, true},
    Mechanism{"strategies.*.guard.fail_open", waited_in_vain, "no reader gave up waiting for a lock", kWait, true},
    Mechanism{"strategies.*.guard.**", loaded_at_once, "no two loads of one key overlapped",
              "use more clients or a slower origin"},
    Mechanism{"strategies.*.fill", missed, "no read missed", "use more keys, or less memory"},
    Mechanism{"strategies.*.on_write.queue", queue_was_full, "the write queue was never full", kFill, true},
    Mechanism{"strategies.*.on_write.when_full", queue_was_full, "the write queue was never full", kFill, true},
    Mechanism{"strategies.*.on_write.**", wrote, "nothing was written", "give workload.mix a share of writes"},
    Mechanism{"strategies.*.refresh.**", refreshed, "nothing was refreshed", kLonger},
    Mechanism{"strategies.*.nulls.ttl", null_expired, "no negative entry can have expired", kLonger, true},
    Mechanism{"strategies.*.nulls.**", found_nothing, "no read met a negative entry",
              "let some keys be absent (workload.absent)"},
    Mechanism{"strategies.*.fail_safe.**", failed, "no call failed", kBreak},
    Mechanism{"caches.*.policy", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.memory", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.entries", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.bytes", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.args.--maxmemory**", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.args.--lfu-**", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.args.--lazyfree-lazy-eviction", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.args.-m", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.args.--memory-limit", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.config.maxmemory**", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.config.lfu-**", evicted, kNoEviction, kSmaller},
    Mechanism{"caches.*.config.lazyfree-lazy-eviction", evicted, kNoEviction, kSmaller},
    Mechanism{"app.clients", waited_for_client, "no operation waited for a client",
              "offer a higher rate, or use fewer clients on both sides"},
    Mechanism{"app.connections", shared_connection, "no call had to share a connection",
              "use more app.clients than connections"},
    Mechanism{"app.retries", failed, "no call failed", kBreak},
    Mechanism{"app.timeout", failed, "no call failed", kBreak},
    Mechanism{"faults.**", broke, "no fault occurred", "measure for longer than the fault's \"at\""},
    Mechanism{"origin.concurrency", queued_at_origin, "nothing waited for the origin", "lower origin.concurrency"},
    Mechanism{"origin.errors", origin_failed, "no call to the origin failed", "measure more operations"},
    Mechanism{"origin.latency.**", asked_origin, "the origin was not asked", "use more keys, or less memory"},
    Mechanism{"origin.write_latency.**", wrote, "nothing was written", "give workload.mix a share of writes"},
    Mechanism{"origins.*.concurrency", queued_at_origin, "nothing waited for the origin", "lower the concurrency"},
    Mechanism{"origins.*.errors", origin_failed, "no call to the origin failed", "measure more operations"},
    Mechanism{"origins.*.latency.**", asked_origin, "the origin was not asked", "use more keys, or less memory"},
    Mechanism{"origins.*.write_latency.**", wrote, "nothing was written", "give workload.mix a share of writes"},
};

// "strategies.*.guard.**" fits "strategies.0.guard.ttl" and "strategies.0.guard" alike.
bool fits(std::string_view pattern, std::string path) {
  const bool rest = pattern.ends_with("**");
  if (rest) pattern.remove_suffix(2);
  if (pattern.ends_with('.')) path += '.';
  size_t at = 0;
  for (const char c : pattern) {
    if (c == '*') {
      at = std::min(path.find('.', at), path.size());
    } else if (at >= path.size() || path[at++] != c) {
      return false;
    }
  }
  return rest || at == path.size();
}

const Mechanism* mechanism_of(const std::string& path, bool on_both_sides) {
  const auto* const found = std::find_if(kMechanisms.begin(), kMechanisms.end(), [&](const Mechanism& each) {
    return (on_both_sides || !each.detail) && fits(each.pattern, path);
  });
  return found == kMechanisms.end() ? nullptr : &*found;
}

bool has_field(const Result& result, std::string path) {
  if (path.find('~') != std::string::npos) return false;  // none of our names has one
  std::replace(path.begin(), path.end(), '.', '/');
  return embedded_document(result.scenario_json).contains(Json::json_pointer("/" + path));
}

// The strategy, the cache or the origin that the path leads into, as the scenario has it; else an empty object.
Json part_of(const Result& result, std::string_view path) {
  const Json scenario = embedded_document(result.scenario_json);
  const size_t dot = path.find('.'), next = path.find('.', dot + 1);
  if (dot == std::string_view::npos || next == std::string_view::npos) return Json::object();
  const std::string list(path.substr(0, dot)), place(path.substr(dot + 1, next - dot - 1));
  const Json::json_pointer pointer("/" + list + "/" + place);
  if ((list != "strategies" && list != "caches" && list != "origins") || !scenario.contains(pointer))
    return Json::object();
  return scenario[pointer];
}

// Whether the row has this strategy, cache or origin. A name that no row has leaves nobody out.
bool is_in(const RunResult& run, std::string_view path, const std::string& name) {
  if (name.empty()) return true;
  if (path.starts_with("origins.")) return name == run.origin;
  return name == (path.starts_with("strategies.") ? run.strategy : run.cache);
}

// A saved result may have anything in its scenario.
std::string text_in(const Json& object, const char* name) {
  const bool is_text = object.is_object() && object.contains(name) && object[name].is_string();
  return is_text ? object[name].get<std::string>() : "";
}

// Nothing where it is not known.
Maybe<bool> occurred_in(const Mechanism& mechanism, const std::string& path, const Result& result) {
  const Json part = part_of(result, path);
  std::string name = text_in(part, "name");
  const auto has_name = [&](const RunResult& run) { return is_in(run, path, name); };
  if (std::none_of(result.runs.begin(), result.runs.end(), has_name)) name.clear();
  bool known = true;
  for (const RunResult& run : result.runs) {
    if (run.skipped || !is_in(run, path, name)) continue;
    const Maybe<bool> occurred = mechanism.occurred(run, part.is_object() ? part : Json::object());
    if (occurred.value_or(false)) return true;
    known = known && occurred;
  }
  return known ? Maybe<bool>(false) : std::nullopt;
}

// What differs though no field does.
std::vector<std::string> other_changes(const Result& base, const Result& candidate) {
  std::vector<std::string> words;
  const auto compare = [&](const std::string& what, const std::string& before, const std::string& after) {
    const std::string line = what + ": " + before + " → " + after;
    if (before != after && std::find(words.begin(), words.end(), line) == words.end()) words.push_back(line);
  };
  for (const RunResult& run : base.runs) {
    const RunResult* other = run_named(candidate, run.name);
    if (other == nullptr || run.skipped || other->skipped) continue;
    if (!run.backend.version || !other->backend.version) continue;
    compare("server of " + run.cache, *run.backend.version, *other->backend.version);
  }
  const Json::json_pointer tool("/hitbench");
  const auto tool_of = [&](const Result& result) {
    const Json environment = embedded_document(result.environment_json);
    if (!environment.contains(tool) || !environment[tool].is_object()) return std::string();
    return text_in(environment[tool], "version") + " " + text_in(environment[tool], "git");
  };
  compare("hitbench", tool_of(base), tool_of(candidate));
  return words;
}

// Its trace knows the TTL of every key: the strategies' own is nobody's.
bool has_all_ttls(const Result* result) {
  const Json scenario = embedded_document(result->scenario_json);
  if (sweeps_trace(scenario)) return false;
  const Json::json_pointer known("/workload/trace/ttl_keys"), keys("/workload/trace/keys");
  return scenario.contains(known) && scenario.contains(keys) && scenario[known].is_number() &&
         scenario[known] == scenario[keys];
}

// Why this change had no chance to matter in any of these results; empty where it had one, or nobody knows.
std::string why_not_exercised(const FieldChange& change, const std::vector<const Result*>& base,
                              const std::vector<const Result*>& candidate) {
  const bool on_both = has_field(*base.front(), change.path) && has_field(*candidate.front(), change.path);
  const Mechanism* mechanism = mechanism_of(change.path, on_both);
  if (mechanism == nullptr) return "";
  const bool all_recorded = std::all_of(base.begin(), base.end(), has_all_ttls) &&
                            std::all_of(candidate.begin(), candidate.end(), has_all_ttls);
  if (all_recorded && fits("strategies.*.ttl", change.path)) {
    return change.words() + ": the trace knows the TTL of every key; leave the field as it is";
  }
  for (const auto* side : {&base, &candidate}) {
    for (const Result* result : *side) {
      if (occurred_in(*mechanism, change.path, *result).value_or(true)) return "";
    }
  }
  return fmt::format("{}: {} on either side; {}", change.words(), mechanism->absence, mechanism->remedy);
}

}  // namespace

void judge_changes(const std::vector<const Result*>& base, const std::vector<const Result*>& candidate,
                   Verdict& verdict) {
  if (base.empty() || candidate.empty()) return;
  const std::vector<FieldChange> changes = scenario_changes(*base.front(), *candidate.front());
  std::vector<std::string> others = other_changes(*base.front(), *candidate.front());
  others.insert(others.end(), verdict.differences.begin(), verdict.differences.end());
  verdict.differences.clear();
  for (const FieldChange& change : changes) verdict.differences.push_back(change.words());
  verdict.differences.insert(verdict.differences.end(), others.begin(), others.end());
  std::vector<Doubt> idle;
  for (const FieldChange& change : changes) {
    if (std::string why = why_not_exercised(change, base, candidate); !why.empty()) {
      idle.push_back({"not-exercised", "not-exercised: " + std::move(why)});
    }
  }
  const Word word = overall(verdict);
  const bool says_nothing_is_worse = word == Word::pass || word == Word::inconclusive;
  const bool none_was = !changes.empty() && idle.size() == changes.size() && others.empty();
  std::vector<Doubt>& list = none_was && says_nothing_is_worse ? verdict.reasons : verdict.warnings;
  list.insert(list.end(), idle.begin(), idle.end());
}

}  // namespace hitbench
