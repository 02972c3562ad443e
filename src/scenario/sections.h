// The fields of a scenario that belong to no part: one table a section. Reader and JSON schema are both made from
// them.
#pragma once

#include <vector>

#include "base/part.h"

namespace hitbench {

const std::vector<Field>& top_fields();
const std::vector<Field>& claim_fields();
const std::vector<Field>& fault_fields();
const std::vector<Field>& requires_fields();
const std::vector<Field>& workload_fields();
const std::vector<Field>& keys_fields();  // in addition to those of the distribution
const std::vector<Field>& write_keys_fields();
const std::vector<Field>& mix_fields();
const std::vector<Field>& absent_fields();  // in addition to "keys"
const Field& absent_keys_field();           // or the word "unique"
const std::vector<Field>& app_fields();     // in addition to "pin"
const Field& pinned_core_field();           // one of the list "pin"
const std::vector<Field>& warmup_fields();  // in addition to "preload", true, false or a share
const Field& preload_share_field();
const std::vector<Field>& measure_fields();

// Of the parts that a file does not name.
inline constexpr std::string_view kDefaultKeys = R"({"distribution": "zipf"})";
inline constexpr std::string_view kDefaultOrigin = R"({"type": "simulated"})";
inline constexpr std::string_view kDefaultCaches = R"(["memory"])";
inline constexpr std::string_view kDefaultStrategies = R"(["none", "cache-aside"])";
inline constexpr int kDefaultRounds = 5;  // real time; differences are taken within rounds. Virtual time needs one

// A restarted process has write ids of its own: there is room for this many incarnations (app/performer.cc).
inline constexpr size_t kMostFaults = 100;
inline constexpr double kMostAbsentKeys = 1e9;
inline constexpr int kMostCores = 4096;

}  // namespace hitbench
