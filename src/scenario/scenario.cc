#include "scenario/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "registry.h"
#include "scenario/changes.h"
#include "scenario/fields.h"
#include "scenario/part_reader.h"
#include "scenario/rules.h"
#include "scenario/sample.h"
#include "scenario/sections.h"
#include "scenario/typed_fields.h"
#include "scenario/warmup.h"

namespace hitbench {
namespace {

// Reads one point of a document; `normalized_` grows alongside the scenario, in the order of docs and schema.
class PointReader {
 public:
  PointReader(const Json& document, const Source& source, const Registry& registry)
      : registry_(registry), root_(Location(source)), top_(document, root_, registry) {}

  Scenario read() {
    read_top();
    read_workload();
    read_app();
    read_phases();
    read_part_lists();
    scale_caches(scenario_, root_);
    choose_warmup(scenario_, normalized_["warmup"]);
    read_faults();
    if (const Json* sweep = top_.take("sweep")) normalized_["sweep"] = *sweep;
    top_.finish();
    check_rules(scenario_, root_, registry_);
    return std::move(scenario_);
  }

  // Of what was read: every default filled in.
  const Json& document() const { return normalized_; }

 private:
  static int small(int64_t value) { return static_cast<int>(value); }  // the field's max keeps it in range

  void read_top() {
    Params params;
    top_.read(top_fields(), params, normalized_);
    normalized_.erase("$schema");
    scenario_.question = params.text("question");
    scenario_.answer = params.text("answer");
    scenario_.thresholds = params.texts("thresholds");
    scenario_.seed = static_cast<uint64_t>(params.integer("seed"));
    scenario_.virtual_clock = params.text("clock") == "virtual";
    scenario_.verify = params.boolean("verify");
    const int usual = scenario_.virtual_clock || has_faults() ? 1 : kDefaultRounds;
    scenario_.rounds = params.has("rounds") ? small(params.integer("rounds")) : usual;
    normalized_["rounds"] = scenario_.rounds;
    read_claims();
    const Params needs = read_section("requires", requires_fields());
    scenario_.required_cores = small(needs.integer("cores"));
  }

  void read_claims() {
    for (const Params& claim : read_objects("claims", claim_fields())) {
      scenario_.claims.emplace_back(claim.text("says"), claim.text("holds_if"));
    }
  }

  // A list of objects that are nothing but their table.
  std::vector<Params> read_objects(std::string_view name, const std::vector<Field>& fields) {
    Json& all = normalized_[std::string(name)] = Json::array();
    std::vector<Params> objects;
    const Json* given = top_.take(name);
    if (given == nullptr) return objects;
    const Location location = root_ / name;
    if (!given->is_array()) location.fail(fmt::format("must be a list, is {}", kind_of(*given)));
    constexpr size_t kMost = 1000;
    if (given->size() > kMost) location.fail(fmt::format("must have at most {} entries, has {}", kMost, given->size()));
    for (size_t i = 0; i < given->size(); ++i) {
      Json normalized = Json::object();
      ObjectReader reader((*given)[i], location.at(i), registry_);
      reader.read(fields, objects.emplace_back(), normalized);
      reader.finish();
      all.push_back(std::move(normalized));
    }
    return objects;
  }

  bool has_faults() const { return top_.has("faults") && !top_.json()["faults"].empty(); }

  void read_faults() {
    for (const Params& params : read_objects("faults", fault_fields())) scenario_.faults.push_back(fault_of(params));
    if (scenario_.faults.size() <= kMostFaults) return;
    (root_ / "faults").fail(fmt::format("at most {}, are {}", kMostFaults, scenario_.faults.size()));
  }

  static Fault fault_of(const Params& params) {
    const std::string &target = params.text("target"), &action = params.text("action");
    Fault fault{.at = params.duration("at"),
                .target = target == "cache"    ? Fault::Target::cache
                          : target == "origin" ? Fault::Target::origin
                                               : Fault::Target::process,
                .index = small(params.integer("index")),
                .action = action == "kill"   ? Fault::Action::kill
                          : action == "stop" ? Fault::Action::stop
                          : action == "slow" ? Fault::Action::slow
                                             : Fault::Action::fail};
    if (params.has("by")) fault.by = params.duration("by");
    fault.lasts = fault.action == Fault::Action::kill ? Duration{0} : kForever;
    if (params.has("for")) fault.lasts = params.duration("for");
    return fault;
  }

  // A section that is nothing but its table.
  Params read_section(std::string_view name, const std::vector<Field>& fields) {
    Params params;
    const Json* given = top_.take(name);
    const Json json = given == nullptr ? Json::object() : *given;
    Json normalized = Json::object();
    ObjectReader reader(json, root_ / name, registry_);
    reader.read(fields, params, normalized);
    reader.finish();
    normalized_[std::string(name)] = std::move(normalized);
    return params;
  }

  void read_workload() {
    const Json* given = top_.take("workload");
    const Json json = given == nullptr ? Json::object() : *given;
    ObjectReader reader(json, root_ / "workload", registry_);
    Json normalized = Json::object();
    WorkloadSpec& workload = scenario_.workload;
    const Json* trace = reader.take("trace");
    if (trace != nullptr) refuse_beside_trace(json, reader.location());
    if (trace == nullptr) read_keys(reader, normalized);
    read_write_keys(reader, normalized);
    Params params;
    reader.read(workload_fields(), params, normalized);
    workload.key_bytes = small(params.integer("key_bytes"));
    workload.values = params.part("value_bytes");
    workload.arrivals = params.part("arrivals");
    read_mix(reader, normalized);
    read_absent(reader, normalized);
    if (trace != nullptr) read_trace(*trace, reader.location() / "trace", normalized);
    reader.finish();
    normalized_["workload"] = std::move(normalized);
  }

  static void refuse_beside_trace(const Json& workload, const Location& location) {
    for (const char* name : {"keys", "write_keys", "arrivals", "mix", "absent"}) {
      if (!workload.contains(name)) continue;
      (location / name).fail("stands beside \"trace\", which says the same", "leave one of the two out");
    }
  }

  // Keys and arrivals are the trace's; so are its operations, which a plan counts.
  void read_trace(const Json& given, const Location& location, Json& normalized) {
    if (!given.is_object()) location.fail(fmt::format("must be an object, is {}", kind_of(given)));
    Json json = given;
    const bool closed = json.contains("pace") && json["pace"] == "closed";
    if (closed) json["pace"] = 0;
    ReadPart read = read_part(part_kind(registry_, "trace"), json, location, registry_, {});
    Params& params = read.part.params;
    if (!closed && params.real("pace") == 0) (location / "pace").fail("must be above 0", "write 1, or \"closed\"");
    params.put("seed", static_cast<int64_t>(scenario_.seed));
    WorkloadSpec& workload = scenario_.workload;
    workload.keys = read.part;
    if (!closed) {
      params.put("rate", 1.0);  // a plan knows it
      params.put("process", std::string("recorded"));
      workload.arrivals = {.type = "recorded", .name = "recorded", .params = params, .traits = {.open_loop = true}};
    }
    read.json.erase("distribution");
    if (closed) read.json["pace"] = "closed";
    for (const char* name : {"keys", "arrivals", "mix", "absent"}) normalized.erase(name);
    normalized["trace"] = std::move(read.json);
  }

  void read_keys(ObjectReader& reader, Json& normalized) {
    const Json* given = reader.take("keys");
    const Json json = given == nullptr ? parse_json(std::string(kDefaultKeys), "default") : *given;
    ReadPart read = read_part(part_kind(registry_, "keys"), json, reader.location() / "keys", registry_, keys_fields());
    scenario_.workload.key_count = static_cast<uint64_t>(read.part.params.integer("count"));
    scenario_.workload.keys = std::move(read.part);
    normalized["keys"] = std::move(read.json);
  }

  void read_write_keys(ObjectReader& reader, Json& normalized) {
    const Json* given = reader.take("write_keys");
    if (given == nullptr) return;
    const Location location = reader.location() / "write_keys";
    ReadPart read = read_part(part_kind(registry_, "keys"), *given, location, registry_, write_keys_fields());
    scenario_.workload.write_keys = std::move(read.part);
    normalized["write_keys"] = std::move(read.json);
  }

  void read_mix(ObjectReader& outer, Json& normalized) {
    const Json* given = outer.take("mix");
    const Json json = given == nullptr ? Json{{"read", 1.0}} : *given;
    ObjectReader reader(json, outer.location() / "mix", registry_);
    Params params;
    Json members = Json::object();
    reader.read(mix_fields(), params, members);
    reader.finish();
    scenario_.workload.mix = {.read = params.real("read"),
                              .write = params.real("write"),
                              .erase = params.real("delete"),
                              .insert = params.real("insert"),
                              .modify = params.real("modify")};
    normalized["mix"] = std::move(members);
  }

  void read_absent(ObjectReader& outer, Json& normalized) {
    const Json* given = outer.take("absent");
    Json json = given == nullptr ? Json::object() : *given;
    if (json.is_number()) json = Json{{"share", json}};
    ObjectReader reader(json, outer.location() / "absent", registry_);
    Params params;
    Json members = Json::object();
    reader.read(absent_fields(), params, members);
    Absent& absent = scenario_.workload.absent;
    absent.share = params.real("share");
    const Json* keys = reader.take("keys");
    absent.unique = keys != nullptr && *keys == "unique";
    members["keys"] = absent.unique ? Json("unique") : Json(absent.keys);
    if (keys != nullptr && !absent.unique) {
      ReadValue value = read_value(absent_keys_field(), *keys, reader.location() / "keys", registry_);
      absent.keys = static_cast<uint64_t>(std::get<int64_t>(value.value));
      members["keys"] = std::move(value.json);
    }
    reader.finish();
    normalized["absent"] = std::move(members);
  }

  void read_app() {
    const Json* given = top_.take("app");
    const Json json = given == nullptr ? Json::object() : *given;
    ObjectReader reader(json, root_ / "app", registry_);
    Params params;
    Json normalized = Json::object();
    reader.read(app_fields(), params, normalized);
    AppSpec& app = scenario_.app;
    app.processes = small(params.integer("processes"));
    app.clients = small(params.integer("clients"));
    app.connections = small(params.integer("connections"));
    app.thread_model = params.text("model") == "thread";
    app.pool_per_operation = params.text("pool") == "per_operation";
    app.timeout = params.duration("timeout");
    app.retries = small(params.integer("retries"));
    app.spin = params.text("poll") == "spin";
    read_pin(reader, normalized);
    reader.finish();
    normalized_["app"] = std::move(normalized);
  }

  void read_pin(ObjectReader& reader, Json& normalized) {
    normalized["pin"] = nullptr;
    const Json* pin = reader.take("pin");
    if (pin == nullptr) return;
    const Location location = reader.location() / "pin";
    if (!pin->is_array()) location.fail(fmt::format("must be a list of cores, is {}", kind_of(*pin)));
    for (size_t i = 0; i < pin->size(); ++i) {
      const ReadValue value = read_value(pinned_core_field(), (*pin)[i], location.at(i), registry_);
      scenario_.app.pin.push_back(small(std::get<int64_t>(value.value)));
    }
    if (!scenario_.app.pin.empty()) normalized["pin"] = scenario_.app.pin;
  }

  void read_phases() {
    Json warmup = Json::object();
    scenario_.warmup = read_warmup(top_.take("warmup"), root_ / "warmup", registry_, warmup);
    normalized_["warmup"] = std::move(warmup);
    Params measure = read_section("measure", measure_fields());
    if (measure.has("operations") && measure.has("duration")) {
      (root_ / "measure").fail("takes a duration or operations, not both");
    }
    if (measure.has("operations")) {
      scenario_.measure.operations = static_cast<uint64_t>(measure.integer("operations"));
      return;
    }
    const Duration usual = std::chrono::seconds(10);
    scenario_.measure.duration = measure.has("duration") ? measure.duration("duration") : usual;
    scenario_.measure.whole_trace = !measure.has("duration") && scenario_.workload.keys.traits.recorded;
    // In virtual time it is the whole trace, whose end a plan knows.
    const bool is_open_end = scenario_.measure.whole_trace && scenario_.virtual_clock;
    if (!measure.has("duration") && !is_open_end) normalized_["measure"]["duration"] = "10s";
  }

  void read_part_lists() {
    read_origins();
    read_list("cache", "caches", kDefaultCaches, scenario_.caches);
    read_list("strategy", "strategies", kDefaultStrategies, scenario_.strategies);
    // Caches that no strategy uses are read, but no rule is for them.
    if (caches_nothing(scenario_)) return scenario_.caches.clear();
    if (scenario_.caches.empty()) (root_ / "caches").fail("must not be empty");
  }

  void read_list(std::string_view kind, std::string_view name, std::string_view fallback, std::vector<Part>& parts) {
    const Json* given = top_.take(name);
    const Json json = given == nullptr ? parse_json(std::string(fallback), "default") : *given;
    if (kind == "cache" && json == Json::array()) {  // enough where no strategy caches
      normalized_[std::string(name)] = json;
      return;
    }
    ReadParts read = read_parts(part_kind(registry_, kind), json, root_ / name, registry_);
    parts = std::move(read.parts);
    normalized_[std::string(name)] = std::move(read.json);
  }

  void read_origins() {
    const Json* one = top_.take("origin");
    if (one == nullptr || top_.has("origins")) {
      if (one != nullptr) (root_ / "origin").fail("is given together with \"origins\"", "keep one of the two");
      if (top_.has("origins")) return read_list("origin", "origins", "[]", scenario_.origins);
    }
    top_.take("origins");
    const Json json = one == nullptr ? parse_json(std::string(kDefaultOrigin), "default") : *one;
    ReadPart read = read_part(part_kind(registry_, "origin"), json, root_ / "origin", registry_);
    scenario_.origins.push_back(std::move(read.part));
    normalized_["origin"] = std::move(read.json);
  }

  const Registry& registry_;
  Location root_;
  ObjectReader top_;
  Json normalized_ = Json::object();
  Scenario scenario_;
};

// Rows are made of every combination: what nobody would wait for is refused before they are.
void check_row_count(size_t rows, const Location& location) {
  constexpr size_t kMostRows = 10'000;
  if (rows <= kMostRows) return;
  location.fail(
      fmt::format("the scenario has more than {} rows: points of the sweep, caches, strategies and origins", kMostRows),
      "take fewer of them, or several scenarios");
}

size_t rows_of(const Scenario& point) {
  return std::max<size_t>(1, point.caches.size()) * point.strategies.size() * point.origins.size();
}

Source with(Source source, const std::vector<Assignment>& assignments) {
  for (const Assignment& assignment : assignments) source.overrides.push_back(assignment.origin);
  return source;
}

}  // namespace

std::vector<Scenario> read_scenario(const std::string& text, const std::string& where, const ScenarioChanges& changes,
                                    const Registry& registry) {
  std::vector<Assignment> sets, at_points;
  for (const std::string& set : changes.sets) sets.push_back(parse_set(set));
  for (const std::string& set : changes.at_points) at_points.push_back(parse_set(set));
  Source source{.where = where, .overrides = {}, .absolute_files = changes.absolute_files};
  Json document = parse_json(text, where);
  if (!document.is_object()) Location(source).fail(fmt::format("must be an object, is {}", kind_of(document)));
  for (const TypedField& field : changes.fields) assign(document, field, source, registry);
  source = with(source, sets);
  for (const Assignment& set : sets) assign(document, set, source);

  const Json sweep = document.contains("sweep") ? document["sweep"] : Json();
  std::vector<SweepPoint> points = sweep_points(sweep, Location(source) / "sweep");
  std::vector<Scenario> scenarios;
  std::vector<Json> documents;
  size_t rows = 0;
  for (SweepPoint& point : points) {
    point.assignments.insert(point.assignments.end(), at_points.begin(), at_points.end());
    Json at_point = document;
    const Source point_source = with(source, point.assignments);
    for (const Assignment& assignment : point.assignments) assign(at_point, assignment, point_source);
    PointReader reader(at_point, point_source, registry);
    scenarios.push_back(reader.read());
    scenarios.back().sweep = point.text;
    check_row_count(rows += rows_of(scenarios.back()), Location(source));
    documents.push_back(reader.document());
  }
  const std::string json = print_json(document_of_sweep(documents, points));
  for (Scenario& scenario : scenarios) scenario.json = json;
  check_write_keys_are_used(scenarios, Location(source) / "workload" / "write_keys");
  return scenarios;
}

std::vector<Scenario> read_scenario_file(const std::string& path, const ScenarioChanges& changes,
                                         const Registry& registry) {
  return read_scenario(read_text_file(path), path, changes, registry);
}

}  // namespace hitbench
