// What a result says about the machine and the program that made it, and what the machine did to it meanwhile.
// `root` is put before every path that is read ("" for this machine), so that tests can bring a machine of their own.
// The host's name is left out on purpose: results are shared.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"

namespace hitbench {

std::string version_text();  // "hitbench 0.1.0 (git abc1234)"

// A JSON object (docs/result.schema.json, "environment"). `libraries` are versions by name: {"hiredis", "0.14.1"};
// `started` is the date of the run.
std::string environment_json(const std::map<std::string, std::string>& libraries,
                             std::chrono::system_clock::time_point started, const std::string& root = "");

// The same with the command line that asked for the run ("command"), ready for a shell.
std::string with_command(const std::string& environment_json, const std::string& command);

// What to know of the kernel's clock source; empty where it is the CPU's own counter, or unknown.
std::string clock_warning(const std::string& root = "");

// Counters of the whole machine since it started; empty where the kernel does not tell.
struct MachineSample {
  std::optional<double> steal_ticks, total_ticks;  // /proc/stat
  std::optional<double> psi_cpu_us;                // /proc/pressure/cpu: some task waited for a CPU
};
MachineSample sample_machine(const std::string& root = "");

// The share of CPU time that the hypervisor gave to others between two samples.
std::optional<double> steal_between(const MachineSample& before, const MachineSample& after);
// The share of `wall` in which some task waited for a CPU.
std::optional<double> psi_between(const MachineSample& before, const MachineSample& after, Duration wall);

}  // namespace hitbench
