// The models of servers by the words of a user: which server, which of its policies, how much memory. For registry.cc.
// Null where the server would not start with so little.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "cache/twin/server_model.h"

namespace hitbench {

// `policy`: one of the server's policies; everything else is as the server has it unless told otherwise.
std::unique_ptr<ServerModel> make_redis_model_of(std::string_view policy, const ModelLimit& limit);
std::vector<std::string_view> redis_model_policies();

std::unique_ptr<ServerModel> make_memcached_model_of(std::string_view policy, const ModelLimit& limit);
std::vector<std::string_view> memcached_model_policies();  // segmented, as it starts; flat: -o no_modern

}  // namespace hitbench
