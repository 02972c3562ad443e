// Is a cache needed? Whether the origin carries the load without one comes before whether a cache pays; and what was
// assumed rather than measured. Definitions: docs/method.md, "Worth it?".
#include <fmt/format.h>

#include <algorithm>

#include "base/defaults.h"
#include "base/text.h"
#include "base/units.h"
#include "report/document.h"
#include "report/findings.h"

namespace hitbench {
namespace {

using Json = Document;
using Tone = Finding::Tone;

// A queue of one server waits four times its service at 0.8, and without end at 1.
constexpr double kNearItsLimit = 0.8;
// Overloaded, though the origin had this much time left: something before it was in the way.
constexpr double kBusy = 0.9;

// The part of a list, or the only one, that is called so; null where there is none or it is swept.
Json part_named(const Json& scenario, const char* one, const char* many, const std::string& name) {
  if (scenario.contains(one) && scenario[one].is_object()) return scenario[one];
  if (!scenario.contains(many) || !scenario[many].is_array()) return nullptr;
  for (const Json& part : scenario[many]) {
    if (part.is_object() && word_at(part, {"name"}) == name) return part;
  }
  return nullptr;
}

bool is_swept(const RunResult& run, const char* path) {
  return run.sweep && ("," + *run.sweep).find(std::string(",") + path) != std::string::npos;
}

// What reads, and what writes and deletes, spent in the origin of a row without a cache.
struct Use {
  double at_once = 0;  // busy servers in the mean: busy time over the measured time
  double mean_ns = 0;  // of a load or store, without its wait for a server
};

// Whether a time was longer than a histogram can tell: then a mean, and what comes of it, is too short by nobody knows
// how much.
bool is_beyond_histogram(const RunResult& run) {
  return run.read.service.out_of_range + run.write.service.out_of_range + run.erase.service.out_of_range > 0;
}

Maybe<Use> use_of(const RunResult& run) {
  const OriginLoad& load = run.origin_load;
  if (is_beyond_histogram(run)) return std::nullopt;
  if (!load.loads || !load.stores || run.duration_ns <= 0) return std::nullopt;
  const auto loads = static_cast<double>(*load.loads), stores = static_cast<double>(*load.stores);
  const auto total = [](const LatencyResult& kind) {
    return kind.service.mean_ns.value_or(0) * static_cast<double>(kind.service.count);
  };
  const auto stored = static_cast<double>(run.write.service.count + run.erase.service.count);
  double busy_ns = loads * run.read.service.mean_ns.value_or(0);
  if (stored > 0) busy_ns += stores * (total(run.write) + total(run.erase)) / stored;
  busy_ns -= origin_wait_ns(load).value_or(0);
  if (loads + stores == 0 || busy_ns <= 0) return std::nullopt;
  return Use{.at_once = busy_ns / static_cast<double>(run.duration_ns), .mean_ns = busy_ns / (loads + stores)};
}

// How many the origin serves at once; empty where that has no limit or is not known.
Maybe<double> servers_of(const Json& scenario, const RunResult& run) {
  if (is_swept(run, "origin")) return std::nullopt;
  const Json origin = part_named(scenario, "origin", "origins", run.origin);
  const Json concurrency = value_at(origin, {"concurrency"});
  if (!concurrency.is_number() || concurrency <= 0) return std::nullopt;
  return concurrency.get<double>();
}

std::string rate_words(double rate) { return format_rate(rate) + "/s"; }

// "60.0 % busy (4.8 of 8 at once, 4.80 ms each)". The clients' clocks count their own waking to a load's time, and what
// had begun before: more than all servers are busy none can be.
std::string busy_words(const Use& use, const Maybe<double>& servers) {
  const std::string each = format_time(use.mean_ns);
  if (!servers) return fmt::format("serving {:.3g} at once ({} each)", use.at_once, each);
  if (use.at_once > *servers) {
    return fmt::format("at least fully busy ({:g} of {:g} at once, {} each as clients time it, with their own waking)",
                       *servers, *servers, each);
  }
  return fmt::format("{} busy ({:.3g} of {:g} at once, {} each)", format_share(use.at_once / *servers), use.at_once,
                     *servers, each);
}

Finding overloaded_need(const RunResult& run, const Maybe<Use>& use, const Maybe<double>& servers) {
  const std::string due = rate_words(run.validity.offered_ops_s.value_or(0)), came = rate_words(run.throughput_ops_s);
  if (use && servers && use->at_once < kBusy * *servers) {
    return {.id = "origin-not-used-up",
            .word = "not determined",
            .text = fmt::format("{}: {} of the {} that are due came through, with an origin that was {} busy: more "
                                "clients (app.clients) would get more from it",
                                run.name, came, due, format_share(use->at_once / *servers)),
            .tone = Tone::doubtful};
  }
  std::string text =
      fmt::format("{}: without a cache the origin is overloaded: {} are due, and it does {}", run.name, due, came);
  if (use && servers) text += fmt::format(" ({:g} at once, {} each)", *servers, format_time(use->mean_ns));
  return {.id = "cache-needed", .word = "needed", .text = text, .tone = Tone::good};
}

Maybe<Finding> need_of_baseline(const Json& scenario, const RunResult& run) {
  if (!run.validity.valid || run.loop == "barrier") return std::nullopt;
  const Maybe<Use> use = use_of(run);
  const Maybe<double> servers = servers_of(scenario, run);
  if (run.validity.overloaded) return overloaded_need(run, use, servers);
  if (!use && is_beyond_histogram(run)) {
    return Finding{.id = "loads-beyond-histogram",
                   .word = "not determined",
                   .text = run.name +
                           ": loads or stores took more than 60 min, and how much more is not known, so "
                           "neither is how busy the origin was",
                   .tone = Tone::doubtful};
  }
  if (!use) return std::nullopt;
  const std::string busy = busy_words(*use, servers);
  if (run.loop != "open") {
    return Finding{.id = "need-not-asked",
                   .word = "not asked",
                   .text = fmt::format("{}: a closed loop asks for as much as it gets, here {} with the origin {}; "
                                       "whether yours needs a cache shows at your own rate (workload.arrivals, "
                                       "\"loop\": \"open\")",
                                       run.name, rate_words(run.throughput_ops_s), busy)};
  }
  const bool near = servers && use->at_once >= kNearItsLimit * *servers;
  return Finding{.id = near ? "origin-near-limit" : "cache-not-needed",
                 .word = near ? "near the limit" : "keeps up",
                 .text = fmt::format("{}: the origin carries {} without a cache, {}", run.name,
                                     rate_words(run.throughput_ops_s), busy),
                 .tone = near ? Tone::doubtful : Tone::plain};
}

// "lognormal, median 5ms, sigma 0.5".
std::string latency_words(const Json& latency) {
  if (!latency.is_object()) return latency.is_string() ? latency.get<std::string>() : "";
  std::string words;
  for (const auto& [name, value] : latency.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_null()) continue;
    add_part(words, name == "distribution" ? text : name + " " + text);
  }
  return words;
}

bool is_twin(const RunResult& run) {
  const std::vector<Doubt>& warnings = run.validity.warnings;
  return std::any_of(warnings.begin(), warnings.end(), [](const Doubt& warning) { return warning.id == "twin"; });
}

// What a run took for granted and others would have to measure.
std::vector<std::string> assumptions_of(const Json& scenario, const Group& group) {
  std::vector<std::string> all;
  const auto add = [&](const std::string& words) {
    if (std::find(all.begin(), all.end(), words) == all.end()) all.push_back(words);
  };
  for (const RunResult* run : group.runs) {
    if (run->modeled_origin) {
      const Json origin = part_named(scenario, "origin", "origins", run->origin);
      const std::string words = is_swept(*run, "origin") ? "" : latency_words(value_at(origin, {"latency"}));
      add("the origin's time" + (words.empty() ? "" : " (" + words + ")"));
    }
    if (run->clock != "virtual" || is_baseline(*run)) continue;
    const Json cache = part_named(scenario, "cache", "caches", run->cache);
    const std::string latency = latency_words(value_at(cache, {"latency"}));
    if (is_twin(*run)) {
      const std::string rtt = is_swept(*run, "cache") ? "" : latency_words(value_at(cache, {"rtt"}));
      const std::string network = rtt.empty() ? "" : ", a network of " + rtt + " a round trip before it";
      add("what " + run->cache + " keeps and takes (a model of the server" + network + ")");
    } else if (!is_swept(*run, "cache")) {
      const std::string usual = spell_duration(kDefaultMemoryLatency) + ", the default";
      add(fmt::format("a call of {} ({})", run->cache, latency.empty() ? usual : latency));
    }
  }
  return all;
}

}  // namespace

std::vector<Finding> need_of(const Result& result, const Group& group) {
  std::vector<Finding> findings;
  if (group.searched) return findings;
  const Json scenario = document_of(result.scenario_json);
  for (const RunResult* run : group.runs) {
    if (run->skipped || !is_baseline(*run)) continue;
    if (const Maybe<Finding> need = need_of_baseline(scenario, *run)) findings.push_back(*need);
  }
  if (findings.empty()) return findings;
  const std::vector<std::string> assumed = assumptions_of(scenario, group);
  if (assumed.empty()) return findings;
  const bool is_virtual = group.runs.front()->clock == "virtual";
  findings.push_back({.id = "assumed",
                      .word = "assumed",
                      .text = fmt::format("{}: {}", fmt::join(assumed, "; "),
                                          is_virtual ? "in virtual time nothing of that is measured"
                                                     : "only what caches and clients take is measured"),
                      .tone = Tone::doubtful});
  return findings;
}

}  // namespace hitbench
