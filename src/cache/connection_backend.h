// A cache server as the parent process sees it: a private one that it starts and stops, or a user's own that it only
// visits. What differs from one kind of server to the next is in ServerKind.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/part.h"
#include "cache/cache.h"
#include "cache/connection_protocol.h"
#include "cache/shared_room.h"
#include "server/private_server.h"

namespace hitbench {

class ServerBackend;

struct ServerKind {
  std::string_view name;     // also the scheme of its addresses
  std::string_view program;  // what the field "server" means when it is not set
  std::string_view package;  // that has the program
  int default_port;
  // The command line of a private server, without the user's own "args".
  std::vector<std::string> (*arguments)(const Params&, const Address&, const std::string& directory);
  std::string_view last_argument = {};  // behind those: what no "args", nor a file that they include, may change
  std::shared_ptr<const Protocol> (*protocol)(const Params&, bool users_server, int database,
                                              const std::string& secret);
  // What makes a private server ask for that secret: writes a file into its directory, which only we can read, and
  // returns what the command line begins with. Null: no secret.
  std::vector<std::string> (*lock_with)(const std::string& secret, const std::string& directory) = nullptr;
  // Whether the private server of these parameters takes one: not where its "args" say otherwise.
  bool (*takes_secret)(const Params&) = nullptr;
  std::string_view usage_request;
  bool (*is_whole_usage)(std::string_view text);
  BackendUsage (*usage)(std::string_view text);
  // What an entry takes in all: key and value, `bytes` together, and what the server adds. An estimate, from above.
  uint64_t (*entry_bytes)(uint64_t bytes);
  uint64_t connection_bytes;    // what a connection takes of the same memory
  std::string_view limit_name;  // what its limit of memory is called there: "maxmemory"
  // Without the prefix; null: none is known.
  CacheLimits (*limits)(const Params& params, bool users_server) = nullptr;
  // A client library's way to the server; null: over our own connections.
  std::unique_ptr<Cache> (*connect)(Loop&, const ServerBackend&, const ConnectOptions&) = nullptr;
};

class ServerBackend final : public Backend {
 public:
  ServerBackend(const ServerKind& kind, const Params& params, const BackendContext& context);

  void start() override;
  void stop() override { private_.reset(); }
  std::unique_ptr<Cache> connect(Loop& loop, const ConnectOptions& options) override;
  void fault(const Fault& fault) override;
  void heal(const Fault& fault) override;
  BackendUsage usage() override;
  std::optional<ThreadTimes> thread_times() override;
  CacheLimits limits() const override;
  std::string intrusion(const Traffic& ours) override;
  std::string make_room_for(const DataSet& data) override;
  void check_evictions() override;
  void look_after() override;
  std::optional<KeyMarks> marks() const override;
  bool waits_on_socket() const override { return true; }

  const Address& address() const { return address_; }  // once started
  bool users_server() const { return users_server_; }
  const std::string& key_prefix() const { return key_prefix_; }
  Duration key_ttl() const { return key_ttl_; }

 private:
  BackendUsage usage_within(Duration patience);
  std::vector<pid_t> processes();
  PrivateServerSpec private_spec() const;
  void calibrate();
  std::string greet(const Socket& socket, Duration patience, std::string& remedy) const;
  std::string probe(const Address& address, std::string& remedy) const;

  const ServerKind& kind_;
  const Params params_;
  bool users_server_ = false;
  const std::atomic<bool>* const interrupted_;
  bool may_evict_ = false;
  std::vector<int> cpus_;  // of a private server; empty: any
  std::string key_prefix_;
  Duration key_ttl_ = kForever;
  Address address_;
  std::string secret_;  // of a private server; empty: none
  std::shared_ptr<const Protocol> protocol_;
  std::unique_ptr<PrivateServer> private_;

  // Our own visits to a private server, which its counters have too.
  struct Visits {
    uint64_t cost = 0;                    // commands that the server counts for each
    uint64_t made = 0, failed = 0;        // since `before`
    std::optional<uint64_t> before, now;  // what it had counted
    std::optional<uint64_t> pid;          // of the server
    bool connected = true;                // the last time
  } visits_;
  std::optional<std::vector<pid_t>> listening_;  // of a user's server: its processes, once they were found
  std::unique_ptr<SharedRoom> room_;             // on a user's server
  std::chrono::steady_clock::time_point next_look_ = {};
};

// A file that only we can read.
void write_secret(const std::string& path, const std::string& content);

// Why a private server's count of commands cannot be ours alone; empty if it can. `visits` is what the parent's own
// questions added to it at most, `failed_visits` how much of that may not have been counted.
std::string disagreement(uint64_t counted, const Traffic& ours, uint64_t visits, uint64_t failed_visits);

}  // namespace hitbench
