// Which format a trace is in, found out from its first bytes: each format that could be tried reads them.
#pragma once

#include <string>
#include <string_view>

namespace hitbench {

struct Registry;

// The name of the row. Throws Error{usage} that says which formats were tried, and why each failed.
std::string recognized_format(std::string_view head, bool is_whole, const std::string& path, const Registry& registry);

}  // namespace hitbench
