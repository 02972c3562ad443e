// The lines around the figures: what was run, where, and how it was measured. A saved result may come from another
// version, so whatever is missing in its scenario or environment is left out rather than refused.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <sstream>

#include "base/text.h"
#include "base/units.h"
#include "report/cache_words.h"
#include "report/document.h"
#include "report/findings.h"
#include "report/layout.h"
#include "report/trace_words.h"

namespace hitbench {
namespace {

using Json = Document;

std::string distribution_words(const Json& keys) {
  std::string words = word_at(keys, {"distribution"});
  add_part(words, word_at(keys, {"theta"}), " ");
  return words;
}

std::string keys_words(const Json& keys) {
  const std::string words = distribution_words(keys);
  const std::string count = count_of(value_at(keys, {"count"}));
  return count.empty() ? words : words + (words.empty() ? "" : " over ") + with_noun(count, "key");
}

std::string write_keys_words(const Json& keys) {
  const std::string words = distribution_words(keys);
  return words.empty() ? "" : words + " keys for writes and deletes";
}

// As many as the finest of the shares needs, and the same for all: they add up to 100 %.
int decimals_of(const std::vector<double>& percents) {
  constexpr int kMost = 4;
  const auto fits = [](double percent, int decimals) {
    const double scaled = percent * std::pow(10, decimals);
    return std::abs(scaled - std::round(scaled)) < 1e-6;
  };
  int decimals = 0;
  for (const double percent : percents) {
    while (decimals < kMost && !fits(percent, decimals)) ++decimals;
  }
  return decimals;
}

std::string mix_words(const Json& mix) {
  std::vector<double> percents;
  std::vector<std::string> kinds;
  for (const char* kind : {"read", "write", "delete", "insert", "modify"}) {
    const Json share = value_at(mix, {kind});
    if (!share.is_number() || share.get<double>() <= 0) continue;
    percents.push_back(100 * share.get<double>());
    kinds.push_back(kind == std::string("modify") ? "modifies" : std::string(kind) + "s");
  }
  const int decimals = decimals_of(percents);
  std::string words;
  for (size_t i = 0; i < kinds.size(); ++i) {
    add_part(words, fmt::format("{:.{}f} % {}", percents[i], decimals, kinds[i]));
  }
  return words;
}

// Infinite where nobody knows.
double smallest_bytes(const Json& values) {
  double smallest = std::numeric_limits<double>::infinity();
  if (values.is_number()) return values.get<double>();
  if (!values.is_object()) return smallest;
  if (const Json sizes = value_at(values, {"sizes"}); sizes.is_object()) {
    for (const auto& size : sizes.items()) {
      if (const auto bytes = parse_size(size.key())) smallest = std::min(smallest, static_cast<double>(*bytes));
    }
    return smallest;
  }
  Json given = value_at(values, {"bytes"});
  if (given.is_null()) given = values.contains("min") ? values["min"] : Json(1);
  return given.is_number() ? given.get<double>() : smallest;
}

// Values below the size of an envelope have it where they carry one.
std::string raised_words(const Json& values) {
  constexpr double kEnvelopeBytes = 40;  // strategy/value.h
  if (smallest_bytes(values) >= kEnvelopeBytes) return "";
  return fmt::format(" ({} B at least with an envelope)", kEnvelopeBytes);
}

std::string size_words(const Json& values) {
  if (values.is_number()) return count_of(values) + " B values";
  if (values.is_string()) return document_word(values) + " B values";  // swept
  if (!values.is_object()) return "";
  if (const std::string size = count_of(value_at(values, {"bytes"})); !size.empty()) return size + " B values";
  return word_at(values, {"distribution"}) + " value sizes";
}

std::string values_words(const Json& values) { return size_words(values) + raised_words(values); }

std::string clients_words(const Json& app) {
  std::string words;
  const Json processes = value_at(app, {"processes"});
  if (processes.is_number() && processes.get<double>() > 1)
    words = counted(processes.get<double>(), "process") + " of ";
  const std::string clients = count_of(value_at(app, {"clients"}));
  return clients.empty() ? "" : words + with_noun(clients, "client");
}

// A share; what `true` and `false` load stands with how long it took.
std::string preload_words(const Json& preload) {
  if (preload.is_number()) return fmt::format("{:.6g} % of the keys loaded first", 100 * preload.get<double>());
  return preload.is_string() ? "keys loaded first: " + document_word(preload) : "";  // swept
}

// What a row is measured for in each of its rounds: "300 ms". Empty where it is swept or the rounds are.
std::string round_words(const Json& measure, double rounds) {
  if (const Json operations = value_at(measure, {"operations"});
      operations.is_number() && operations.get<double>() > 0) {
    return counted(std::round(operations.get<double>() / rounds), "operation");
  }
  const std::optional<Duration> duration = parse_duration(word_at(measure, {"duration"}));
  return duration ? format_duration(Duration(std::llround(static_cast<double>(duration->count()) / rounds))) : "";
}

// "5 rounds of 300 ms per row".
std::string measure_words(const Json& scenario) {
  const Json measure = value_at(scenario, {"measure"});
  std::string words;
  if (const Json rounds = value_at(scenario, {"rounds"}); rounds.is_number() && rounds > 0) {
    words = counted(rounds.get<double>(), "round");
    const std::string each = round_words(measure, rounds.get<double>());
    if (!each.empty()) return words + " of " + each + " per row";
  }
  const std::string swept = word_at(measure, {"duration"});
  if (!swept.empty()) add_part(words, swept + " per row");
  return words;
}

std::string clock_words(const Json& scenario) {
  return word_at(scenario, {"clock"}) == "virtual" ? "simulated (virtual time)" : "";
}

// A swept field has not one value but those of its points: "1/10/100"; none in a word where they are objects.
Json with_swept_values(Json scenario) {
  const Json sweep = value_at(scenario, {"sweep"});
  if (!sweep.is_object()) return scenario;
  for (const auto& [path, points] : sweep.items()) {
    Json* field = &scenario;
    std::istringstream names(path);
    for (std::string name; field != nullptr && std::getline(names, name, '.');) {
      field = field->is_object() && field->contains(name) ? &(*field)[name] : nullptr;
    }
    if (field == nullptr) continue;
    std::string words;
    bool all = true;
    for (const Json& point : points) {
      const std::string word = point.is_number_integer() ? count_of(point) : document_word(point);
      all = all && !word.empty();
      add_part(words, word, "/");
    }
    *field = all ? Json(words) : Json();
  }
  return scenario;
}

// The largest of a figure over the runs that have it.
template <class Get>
Maybe<double> largest(const std::vector<const RunResult*>& runs, Get get) {
  Maybe<double> most;
  for (const RunResult* run : runs) {
    const auto value = get(run->validity);
    if (!run->skipped && value) most = std::max(most.value_or(0), static_cast<double>(*value));
  }
  return most;
}

std::string joined(const std::vector<const RunResult*>& runs, std::string RunResult::*member) {
  std::string words;
  std::set<std::string> known;
  for (const RunResult* run : runs) {
    if (!run->skipped && known.insert(run->*member).second) add_part(words, run->*member, " and ");
  }
  return words;
}

std::string joined_versions(const Result& result) {
  std::string words;
  std::set<std::string> known;
  for (const RunResult& run : result.runs) {
    std::string version = run.backend.version.value_or("");
    if (run.backend.allocator) version += " (" + *run.backend.allocator + ")";
    if (known.insert(version).second) add_part(words, printable(version));
  }
  return words;
}

std::string concurrency_words(const std::vector<const RunResult*>& runs) {
  std::vector<double> values;
  for (const RunResult* run : runs) {
    if (!run->skipped && run->validity.achieved_concurrency) values.push_back(*run->validity.achieved_concurrency);
  }
  if (values.empty()) return "";
  const auto words = [](double value) { return value < 1000 ? fmt::format("{:.3g}", value) : format_count(value); };
  return "achieved concurrency " + format_range(values, words);
}

// Of the clients' time, what no operation and no thinking accounts for; the least of the rows.
std::string little_words(const std::vector<const RunResult*>& runs) {
  Maybe<double> least;
  for (const RunResult* run : runs) {
    const Maybe<double> ratio = run->validity.little_ratio;
    if (!run->skipped && ratio) least = std::min(least.value_or(*ratio), *ratio);
  }
  return least ? "clients in operations at least " + format_share(*least) + " of their time" : "";
}

std::string poll_words(const std::vector<const RunResult*>& runs) {
  std::set<std::string> polls;
  for (const RunResult* run : runs) {
    if (!run->skipped && run->client.poll) polls.insert(*run->client.poll == "spin" ? "spinning" : "sleeping");
  }
  return polls.empty() ? "" : fmt::format("{} between replies", fmt::join(polls, " or "));
}

std::string sampling_words(const std::vector<const RunResult*>& runs) {
  int most = 1;
  for (const RunResult* run : runs) most = std::max(most, run->validity.sampled_one_in);
  return most > 1 ? fmt::format("one operation in {} timed at most", most) : "";
}

std::string loading_words(const std::vector<const RunResult*>& runs) {
  std::vector<double> keys, times, rates;
  for (const RunResult* run : runs) {
    const LoadingResult& loading = run->loading;
    if (run->skipped || !loading.keys || !loading.duration_ns || !loading.throughput_ops_s) continue;
    keys.push_back(static_cast<double>(*loading.keys));
    times.push_back(static_cast<double>(*loading.duration_ns));
    rates.push_back(*loading.throughput_ops_s);
  }
  if (keys.empty()) return "";
  const auto count = [](double value) { return format_count(std::round(value)); };
  return fmt::format("{} loaded beforehand in {} ({}/s)", with_noun(format_range(keys, count), "key"),
                     format_range(times, format_time), format_range(rates, count));
}

// "hitbench:<run>:" stands for the rows' "hitbench:<run>:<row>:".
std::string keys_words(const std::vector<const RunResult*>& runs) {
  std::set<std::string> prefixes;
  int64_t longest = 0;
  for (const RunResult* run : runs) {
    if (!run->backend.key_prefix || !run->backend.key_ttl_ns) continue;
    std::string prefix = *run->backend.key_prefix;
    const size_t run_ends = prefix.starts_with("hitbench:") ? prefix.find(':', 9) : std::string::npos;
    if (run_ends != std::string::npos) prefix.erase(run_ends + 1);
    prefixes.insert(printable(prefix));
    longest = std::max(longest, *run->backend.key_ttl_ns);
  }
  if (prefixes.empty()) return "";
  return fmt::format("keys on your server began with {} and expire within {} if they were not removed",
                     fmt::join(prefixes, ", "), format_duration(Duration(longest)));
}

}  // namespace

std::string workload_words(const Result& result) {
  const Json scenario = with_swept_values(document_of(result.scenario_json));
  const Json workload = value_at(scenario, {"workload"});
  const Json trace = value_at(workload, {"trace"});
  std::string line = trace.is_object() ? trace_words(scenario) : keys_words(value_at(workload, {"keys"}));
  add_part(line, write_keys_words(value_at(workload, {"write_keys"})));
  add_part(line, mix_words(value_at(workload, {"mix"})));
  const Json sized = value_at(trace, {"sized_keys"}), keys = value_at(trace, {"keys"});
  if (sized.is_number() && sized > 0) add_part(line, "values as recorded", ", ");
  if (!sized.is_number() || sized != keys) {
    add_part(line, values_words(value_at(workload, {"value_bytes"})),
             sized.is_number() && sized > 0 ? ", else " : ", ");
  }
  add_part(line, sample_words(scenario), "; ");
  add_part(line, clients_words(value_at(scenario, {"app"})), "; ");
  add_part(line, cache_words(scenario, result.runs), "; ");
  add_part(line, lifetime_words(scenario), "; ");
  add_part(line, preload_words(value_at(scenario, {"warmup", "preload"})), "; ");
  add_part(line, clock_words(scenario), "; ");
  add_part(line, measure_words(scenario), clock_words(scenario).empty() ? "; " : ", ");
  return line;
}

std::string environment_words(const Result& result) {
  const Json environment = document_of(result.environment_json);
  std::string line;
  const std::string version = word_at(environment, {"hitbench", "version"});
  if (!version.empty()) line = "hitbench " + version;
  const std::string sanitizers = word_at(environment, {"hitbench", "sanitizers"});
  if (!sanitizers.empty()) line += " (slowed by sanitizers: " + sanitizers + ")";
  add_part(line, word_at(environment, {"cpu", "model"}));
  const std::string cores = count_of(value_at(environment, {"cpu", "usable_cores"}));
  if (!cores.empty()) add_part(line, with_noun(cores, "core"));
  add_part(line, word_at(environment, {"virtualisation"}));
  add_part(line, word_at(environment, {"kernel"}));
  add_part(line, joined_versions(result));
  return line;
}

std::string method_words(const std::vector<const RunResult*>& runs) {
  std::string line;
  if (const std::string clock = joined(runs, &RunResult::clock); !clock.empty()) line = clock + " clock";
  if (const std::string model = joined(runs, &RunResult::client_model); !model.empty())
    add_part(line, model + " clients");
  add_part(line, poll_words(runs));
  if (const auto ns = largest(runs, [](const Validity& v) { return v.harness_ns_per_op; })) {
    add_part(line, "client overhead " + format_time(*ns) + "/op");
  }
  add_part(line, concurrency_words(runs));
  add_part(line, little_words(runs));
  if (const auto gap = largest(runs, [](const Validity& v) { return v.longest_gap_ns; })) {
    add_part(line, "max event-loop stall " + format_time(*gap));
  }
  if (const auto steal = largest(runs, [](const Validity& v) { return v.steal; })) {
    add_part(line, "steal at most " + format_share(*steal));
  }
  if (const auto psi = largest(runs, [](const Validity& v) { return v.psi_cpu; })) {
    add_part(line, "waiting for a CPU (PSI) at most " + format_share(*psi));
  }
  add_part(line, sampling_words(runs));
  add_part(line, loading_words(runs));
  add_part(line, keys_words(runs));
  return line;
}

}  // namespace hitbench
