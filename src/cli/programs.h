// The programs that a run starts and the passwords that it sends: a scenario may come from anybody.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"

namespace hitbench {

// A line for each kind of private server: which program with which arguments of the scenario's. Empty where none is
// started. And one for each server that is sent a password: whose, and where it is.
std::string programs_text(const std::vector<RowPlan>& rows);

// For --no-exec. Throws Error{usage} if a row's cache has a "server" or "args", from the file or from --set. The
// redis-server and memcached of the PATH, with our own arguments, are no choice of the scenario's. And if a password
// would go where the user did not send it: a "password_file" alongside an "address", or REDISCLI_AUTH to another
// machine that is not named in `typed`.
void refuse_programs(const std::vector<RowPlan>& rows, const std::vector<std::string>& typed);

}  // namespace hitbench
