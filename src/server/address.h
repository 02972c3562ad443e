// Where a user's server is: "redis://host:port/db", "memcached+unix:///path" and so on.
#pragma once

#include <string_view>

#include "io/socket.h"

namespace hitbench {

struct ServerAddress {
  Address address;
  int database = 0;
};

// `scheme` is "redis", "memcached" or "libmemcached". Throws Error{usage} with what to type instead.
ServerAddress parse_server_address(std::string_view text, std::string_view scheme, int default_port);

// The same address with a number for the host's name, so that no resolver waits later. Throws Error{environment}.
Address resolve(Address address);

}  // namespace hitbench
