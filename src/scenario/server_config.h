// The configuration file of a private Redis ("config": "redis.conf"), as a scenario keeps it: what is in it, so that a
// comparison, a stored result and a later run all know it, wherever the file may be by then.
#pragma once

#include <string>
#include <string_view>

#include "scenario/fields.h"

namespace hitbench {

// The name of a file, or {"file": ..., "lines": [...]} of a stored scenario. The value is a configuration file: a
// comment with the file's path, then its lines without comments and without what a private server does not leave to its
// file (docs/method.md). Throws Error{usage} for a file that cannot be read, and for lines that a private server cannot
// have.
ReadValue read_server_config(const Json& json, const Location& location);

// The name that a line begins with; Redis does not care for its case.
std::string directive_of(const std::string& line);

// The path in a value of read_server_config.
std::string config_path_of(const std::string& value);

}  // namespace hitbench
