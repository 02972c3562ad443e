// The CPUs that a process may run on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hitbench {

// "0", "0-1,3": numbers and ranges, as taskset and cpusets write them. Nothing where it is no such list, or names a CPU
// that Linux cannot have.
std::optional<std::vector<int>> parse_cpus(std::string_view text);
// The same text of a list in ascending order.
std::string cpus_text(const std::vector<int>& cpus);

// Those of this process.
std::vector<int> allowed_cpus();
// Of a process or a thread, 0 for this one; false where none of them may be used. Async-signal-safe.
bool keep_on_cpus(int process, const std::vector<int>& cpus);

}  // namespace hitbench
