#include "scenario/fault_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"

namespace hitbench {
namespace {

using Action = Fault::Action;
using Target = Fault::Target;

using Trait = bool Traits::*;

bool any_has(const std::vector<Part>& parts, Trait trait) {
  return std::any_of(parts.begin(), parts.end(), [&](const Part& part) { return part.traits.*trait; });
}

bool all_have(const std::vector<Part>& parts, Trait trait) {
  return std::all_of(parts.begin(), parts.end(), [&](const Part& part) { return part.traits.*trait; });
}

void check_action(const Fault& fault, const Location& location) {
  const Location action = location / "action";
  switch (fault.target) {
    case Target::cache:
      if (fault.action == Action::fail) action.fail("a cache does not \"fail\"", "use kill, stop or slow");
      break;
    case Target::origin:
      if (fault.action == Action::kill) action.fail("an origin cannot be killed", "use stop, slow or fail");
      break;
    case Target::process:
      if (fault.action == Action::kill || fault.action == Action::stop) break;
      action.fail("a process cannot be slow or fail", "use kill or stop");
  }
  const bool slow = fault.action == Action::slow;
  if (slow && fault.by == Duration{0}) (location / "by").fail("is required: how much longer each call takes");
  if (!slow && fault.by != Duration{0}) (location / "by").fail("is for the action slow", "leave it out");
}

void check_index(const Fault& fault, const AppSpec& app, const Location& location) {
  if (fault.target == Target::process) {
    if (fault.index < app.processes) return;
    location.fail(fmt::format("there is no process {}: app.processes is {}", fault.index, app.processes),
                  fmt::format("use 0 to {}, or raise app.processes", app.processes - 1));
  }
  if (fault.index != 0) location.fail("a row has one cache and one origin", "leave it out");
}

void check_time(const Fault& fault, const MeasureSpec& measure, const Location& location) {
  if (measure.operations == 0) {
    if (fault.at < measure.duration) return;
    (location / "at")
        .fail(fmt::format("{} is not before the end of the measuring, {}", spell_duration(fault.at),
                          spell_duration(measure.duration)),
              "let it begin earlier, or measure for longer");
  }
  if (fault.lasts == kForever) {
    (location / "for")
        .fail("is required where operations decide when the measuring ends", "add it, or measure a duration");
  }
}

void check_cache_target(const Scenario& scenario, const Location& root, const Location& location) {
  if (all_have(scenario.caches, &Traits::holds_nothing) || all_have(scenario.strategies, &Traits::without_cache)) {
    (location / "target").fail("no row has a cache");
  }
  for (size_t i = 0; i < scenario.caches.size(); ++i) {
    const Params& params = scenario.caches[i].params;
    if (!params.has("address")) continue;
    (root / "caches")
        .at(i)
        .fail("is your own server, and faults apply only to private servers", "leave \"address\" out, or the fault");
  }
}

// What a process that starts over cannot take up where the dead one was.
void check_process_kill(const Scenario& scenario, const Location& root) {
  const std::string remedy = "leave it out, or the kill of a process";
  if (scenario.app.thread_model || any_has(scenario.caches, &Traits::blocks_thread)) {
    (root / "app" / "model").fail("a process is killed in model fiber only, and libmemcached needs threads", remedy);
  }
  if (scenario.workload.mix.insert > 0) {
    (root / "workload" / "mix" / "insert").fail("a process that starts over would insert the same keys again", remedy);
  }
  if (scenario.workload.absent.unique) {
    (root / "workload" / "absent" / "keys").fail("a process that starts over would repeat \"unique\" keys", remedy);
  }
}

void check_overlaps(const std::vector<Fault>& faults, const Location& location) {
  for (size_t i = 0; i < faults.size(); ++i) {
    for (size_t j = 0; j < faults.size(); ++j) {
      const Fault &one = faults[i], &other = faults[j];
      const bool same = one.target == other.target && one.index == other.index;
      const bool after = one.at < other.at || (one.at == other.at && i < j);
      if (i == j || !same || !after || (one.end() <= other.at && one.at < other.at)) continue;
      location.at(j).fail(fmt::format("begins before faults[{}], of the same target, is over", i),
                          "let one end before the other begins");
    }
  }
}

}  // namespace

void check_fault_times(const Scenario& scenario, const Location& root) {
  for (size_t i = 0; i < scenario.faults.size(); ++i) {
    check_time(scenario.faults[i], scenario.measure, (root / "faults").at(i));
  }
}

void check_faults(const Scenario& scenario, const Location& root) {
  if (scenario.faults.empty()) return;
  if (scenario.rounds != 1) {
    (root / "rounds").fail("faults need one round: a later one would begin on what the fault left", "set rounds to 1");
  }
  for (size_t i = 0; i < scenario.faults.size(); ++i) {
    const Fault& fault = scenario.faults[i];
    const Location location = (root / "faults").at(i);
    check_action(fault, location);
    check_index(fault, scenario.app, location / "index");
    if (fault.target == Target::cache) check_cache_target(scenario, root, location);
    if (fault.target == Target::origin && all_have(scenario.strategies, &Traits::without_origin)) {
      (location / "target").fail("no row has an origin");
    }
    if (fault.target == Target::process && fault.action == Action::kill) check_process_kill(scenario, root);
    if (fault.target == Target::process && fault.action == Action::stop && scenario.app.thread_model) {
      (root / "app" / "model").fail("a process is stopped in model fiber only", "set it to \"fiber\"");
    }
  }
  check_overlaps(scenario.faults, root / "faults");
  // How long a trace lasts, a plan knows.
  if (!scenario.workload.keys.traits.recorded) check_fault_times(scenario, root);
}

}  // namespace hitbench
