// The figures in a server's report on itself: "used_memory:1024" in Redis' INFO, "STAT bytes 1024" in Memcached's
// stats.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hitbench {

// The number after the whole word `name`; none where there is no such word, or no number after it.
std::optional<double> find_figure(std::string_view text, std::string_view name);
std::optional<uint64_t> find_count(std::string_view text, std::string_view name);

}  // namespace hitbench
