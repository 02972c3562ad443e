// A cache server that hitbench starts for itself: a free loopback port or a Unix socket in the run's own directory,
// ready when it answers. For the parent's main thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/child_process.h"
#include "io/socket.h"

namespace hitbench {

struct PrivateServerSpec {
  std::string name;     // "redis": for messages and for the names of files
  std::string program;  // "redis-server", or a path; as the user wrote it
  std::string remedy;   // what to type when there is no such program
  bool unix_socket = false;
  // The command line, the program not included.
  std::function<std::vector<std::string>(const Address&)> arguments;
  // Empty when the server answers as it should; else why not.
  std::function<std::string(const Address&)> probe;
};

class PrivateServer {
 public:
  // Throws Error{unavailable} when there is no such program, Error{world} when it does not come up.
  explicit PrivateServer(const PrivateServerSpec& spec);

  const Address& address() const { return address_; }
  ServerProcess& process() { return *process_; }

 private:
  bool wait_until_ready(const PrivateServerSpec& spec, std::string& why);

  Address address_;
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace hitbench
