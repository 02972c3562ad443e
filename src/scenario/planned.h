// Words of the scenario language that this version knows but cannot do. They are refused by name, "not available
// yet", instead of being taken for a typing mistake or, worse, ignored.
#pragma once

#include <string_view>

namespace hitbench {

inline constexpr std::string_view kNotYet = "not available yet";

// `word` as a value of `field` ("guard", "lock"), or as a row of a kind of part ("strategy", "write-behind").
bool is_planned_word(std::string_view field, std::string_view word);

// `field` as a member of a part of this kind ("strategy", "nulls").
bool is_planned_field(std::string_view kind, std::string_view field);

}  // namespace hitbench
