// The fields that every cache on a server has, and what is checked of them before anything is started. `server` is what
// messages call it: "redis". All throw Error{usage}.
#pragma once

#include <string_view>
#include <vector>

#include "base/part.h"

namespace hitbench {

// More can be appended.
std::vector<Field> server_fields(std::string_view address_doc);

// With an address there is no private server: nothing may be said of one.
void refuse_private_fields(std::string_view server, const Params& params);

// "pin": the CPUs of a private server, all of which are there; empty: any.
std::vector<int> pinned_cpus(std::string_view server, const Params& params);

// On a user's server the prefix is what keeps us from writing over the user's keys and removing them afterwards.
void check_key_prefix(std::string_view server, std::string_view prefix, bool users_server);

}  // namespace hitbench
