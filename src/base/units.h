// Durations, sizes and counts as people write them, both ways. The same spellings hold in scenario files, on the
// command line and in reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hitbench {

// "250us", "1.5ms", "2s", "10m", "1h": a decimal number and a unit of ns, us, µs, ms, s, m, min or h. The unit is
// required: nobody should have to guess it. Nothing for text that is no such thing, is negative, is finer than a
// nanosecond or does not fit.
std::optional<Duration> parse_duration(std::string_view text);

// For people, three significant digits: "250 ns", "88.0 µs", "2.10 ms", "1.50 min".
std::string format_duration(Duration duration);

// Exact, and what parse_duration reads back: "250us", "1500ns". kForever is "none".
std::string spell_duration(Duration duration);

// Bytes: "100", "100B", "4k" or "4KB" (thousands, as in the SI), "64KiB", "64MiB", "1GiB" (powers of 1024).
std::optional<int64_t> parse_size(std::string_view text);

// For people, three significant digits, powers of 1024: "100 B", "64.0 MiB".
std::string format_size(double bytes);

// "100000", "100k", "1.5M", "1G", "1e6".
std::optional<int64_t> parse_count(std::string_view text);

// For people, whole, with separators: "1,234,567".
std::string format_count(double count);

// For people, of operations per second: "83,300", "52.4".
std::string format_rate(double per_second);

// As a scenario has it: "83300", "52.4".
std::string spell_rate(double per_second);

// Of a share, two digits at least: "91.8 %", "0.25 %", "<0.001 %".
std::string format_share(double share);

}  // namespace hitbench
