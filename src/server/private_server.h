// A cache server that hitbench starts for itself: a free loopback port or a Unix socket in the run's own directory,
// ready when it answers, with a directory of its own for what it writes. For the parent's main thread only.
//
// A Unix socket is out of reach for other users: it lies in the run's directory, which has mode 0700. A port is not:
// what listens there must belong to the process group that was started, or nothing is said to it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/child_process.h"
#include "io/listener.h"
#include "io/socket.h"

namespace hitbench {

struct PrivateServerSpec {
  std::string name;     // "redis": for messages and for the names of files
  std::string program;  // "redis-server", or a path; as the user wrote it
  std::string remedy;   // what to type when there is no such program
  bool unix_socket = false;
  std::vector<int> cpus = {};                      // where it may run; empty: anywhere
  const std::atomic<bool>* interrupted = nullptr;  // Ctrl-C: nobody waits for it any more
  // At its end it is killed, and not asked to end, which takes Memcached up to a second and Redis 0.1 s: for a server
  // of which nobody needs what it would do then.
  bool is_killed = false;
  // The command line, the program not included. `directory` is the server's own.
  std::function<std::vector<std::string>(const Address&, const std::string& directory)> arguments;
  // Empty when the server answers as it should; else why not.
  std::function<std::string(const Address&)> probe;
};

class PrivateServer {
 public:
  // Throws Error{unavailable} when there is no such program, Error{environment} when it does not come up.
  explicit PrivateServer(PrivateServerSpec spec);
  ~PrivateServer();  // stops it and removes its directory
  PrivateServer(const PrivateServer&) = delete;
  PrivateServer& operator=(const PrivateServer&) = delete;

  const Address& address() const { return address_; }
  const std::string& directory() const { return directory_; }
  ServerProcess& process() { return *process_; }

  // Cheap: throws Error{environment} when it has ended though nobody called kill(). Keeps its log short.
  void look_after();
  // Not so cheap: throws Error{environment} when what listens on its port is not it.
  void check_listener();
  [[noreturn]] void has_died(const std::string& how) const;

  // SIGKILL; returns when it is gone.
  void kill();
  // After kill(): at the same address, with the directory as the dead one left it. Throws Error{environment}.
  void restart();

 private:
  void launch();
  void end();
  bool listens() const;
  Listener listener() const;
  bool wait_until_ready(Duration patience, std::string& why);
  [[noreturn]] void fail(const std::string& why, const std::string& log) const;

  const PrivateServerSpec spec_;
  const std::string program_;
  const pid_t owner_;  // a forked worker's copy of this object removes nothing
  std::string directory_;
  Address address_;
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace hitbench
