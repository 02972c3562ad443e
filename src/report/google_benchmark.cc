// The JSON of Google Benchmark, for what reads that: its tools/compare.py, dashboards, github-action-benchmark.
//
// Of a result one entry for each row, metric and round (of a gate: and slot), the rounds as repetitions, so that
// compare.py's Mann-Whitney test has something to test. Those readers look at times only, so each metric of time is a
// benchmark of its own. The format has no way to say that CPU time was not measured by round: zero makes compare.py's
// mean complain, and the same figure in every repetition would look significant to its test, so `cpu_time` repeats
// `real_time`.
#include <nlohmann/json.hpp>

#include "report/document.h"
#include "report/report.h"
#include "report/sections.h"

namespace hitbench {
namespace {

using Json = nlohmann::ordered_json;

// A saved result may say anything of its machine: what is of another kind counts as not said.
Json member(const Json& object, const char* name, const Json& fallback) {
  if (!object.is_object() || !object.contains(name)) return fallback;
  const Json& value = object[name];
  const bool alike = value.type() == fallback.type() || (value.is_number() && fallback.is_number());
  return alike ? value : fallback;
}

Json context_of(const std::string& environment_json) {
  const Json environment = document_of(environment_json);
  const Json cpu = member(environment, "cpu", Json::object());
  const Json tool = member(environment, "hitbench", Json::object());
  return {{"executable", "hitbench"},
          {"num_cpus", member(cpu, "usable_cores", 1)},
          {"cpu_scaling_enabled", member(cpu, "governor", "") == "powersave"},
          {"caches", Json::array()},
          {"load_avg", member(environment, "load_average", Json::array())},
          {"library_build_type", member(tool, "build_type", "Release") == "Debug" ? "debug" : "release"},
          {"hitbench_version", member(tool, "version", "")}};
}

// Metrics of time that a round has, and their values there.
std::map<std::string, double> times_of(const RoundResult& round) {
  std::map<std::string, double> times = round.latency_ns;
  if (round.throughput_ops_s > 0) times["time_per_operation"] = 1e9 / round.throughput_ops_s;
  return times;
}

Json entry_of(const RunResult& run, const RoundResult& round, const std::string& metric, double ns) {
  const std::string name = run.name + "/" + metric;
  Json entry = {{"name", name},
                {"run_name", name},
                {"run_type", "iteration"},
                {"threads", 1},
                {"iterations", round.operations},
                {"real_time", ns},
                {"cpu_time", ns},
                {"time_unit", "ns"},
                {"items_per_second", round.throughput_ops_s},
                {"label", run.arrivals + (run.clock == "virtual" ? ", virtual time" : "")}};
  if (round.hit_ratio) entry["hit_ratio"] = *round.hit_ratio;
  if (round.origin_loads) entry["origin_loads"] = *round.origin_loads;
  return entry;
}

// The entries of a row, one list for each metric.
std::map<std::string, std::vector<Json>> entries_of(const MeasuredRow& row) {
  std::map<std::string, std::vector<Json>> entries;
  for (const RoundResult& round : row.run().rounds) {
    for (const auto& [metric, ns] : times_of(round)) entries[metric].push_back(entry_of(row.run(), round, metric, ns));
  }
  return entries;
}

void add_row(Json& benchmarks, const MeasuredRow& row, size_t family) {
  size_t instance = 0;
  for (auto& [metric, entries] : entries_of(row)) {
    for (size_t i = 0; i < entries.size(); ++i) {
      Json& entry = entries[i];
      entry["family_index"] = family;
      entry["per_family_instance_index"] = instance;
      entry["repetitions"] = entries.size();
      entry["repetition_index"] = i;
      benchmarks.push_back(std::move(entry));
    }
    ++instance;
  }
}

// A row without figures, in the format's own words for a benchmark that went wrong.
void add_error(Json& benchmarks, const MeasuredRow& row, size_t family) {
  benchmarks.push_back({{"name", row.name},
                        {"family_index", family},
                        {"per_family_instance_index", 0},
                        {"run_name", row.name},
                        {"run_type", "iteration"},
                        {"repetitions", 1},
                        {"repetition_index", 0},
                        {"threads", 1},
                        {"error_occurred", true},
                        {"error_message", row.fault()},
                        {"iterations", 0},
                        {"real_time", 0},
                        {"cpu_time", 0},
                        {"time_unit", "ns"}});
}

std::string text_of(Json context, Json benchmarks) {
  const Json json = {{"context", std::move(context)}, {"benchmarks", std::move(benchmarks)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// A figure of a slot as time; nothing where it is none.
Maybe<double> time_of(const std::string& metric, double value) {
  if (value <= 0) return std::nullopt;
  if (metric == "throughput") return 1e9 / value;
  return unit_of(metric) == Unit::time ? Maybe<double>(value) : std::nullopt;
}

// The slots of a side are the repetitions of its benchmarks.
void add_slot(Json& benchmarks, const VerdictSlot& slot, std::map<std::string, int>& repetitions) {
  for (const auto& [place, value] : slot.values) {
    const size_t colon = place.rfind(": ");
    if (colon == std::string::npos) continue;
    const std::string metric = place.substr(colon + 2);
    const Maybe<double> ns = time_of(metric, value);
    if (!ns) continue;
    const std::string name =
        slot.side + "/" + place.substr(0, colon) + "/" + (metric == "throughput" ? "time_per_operation" : metric);
    benchmarks.push_back({{"name", name},
                          {"run_name", name},
                          {"run_type", "iteration"},
                          {"repetition_index", repetitions[name]++},
                          {"threads", 1},
                          {"iterations", 1},
                          {"real_time", *ns},
                          {"cpu_time", *ns},
                          {"time_unit", "ns"}});
  }
}

}  // namespace

std::string report_google_benchmark(const Result& result, const ReportStyle& style) {
  const std::vector<MeasuredRow> rows = selected_rows(result, style);
  Json benchmarks = Json::array();
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].valid()) {
      add_row(benchmarks, rows[i], i);
    } else if (!rows[i].skipped()) {
      add_error(benchmarks, rows[i], i);
    }
  }
  Json context = context_of(result.environment_json);
  for (const MeasuredRow& row : rows) {
    if (!row.valid()) context["hitbench_left_out"][row.name] = row.fault();
  }
  return text_of(std::move(context), std::move(benchmarks));
}

// Both sides in one file: `compare.py filters FILE base candidate` sets them against each other.
std::string report_verdict_google_benchmark(const Verdict& verdict, const ReportStyle&) {
  Json benchmarks = Json::array();
  std::map<std::string, int> repetitions;
  for (const VerdictSlot& slot : verdict.slots) add_slot(benchmarks, slot, repetitions);
  for (Json& entry : benchmarks) entry["repetitions"] = repetitions[entry["name"].get<std::string>()];
  Json context = context_of(verdict.environment_json);
  context["hitbench_verdict"] = word_of(verdict.verdict);
  context["hitbench_reasons"] = texts_of(verdict.reasons);
  context["hitbench_warnings"] = texts_of(verdict.warnings);
  context["hitbench_differences"] = verdict.differences;
  return text_of(std::move(context), std::move(benchmarks));
}

}  // namespace hitbench
