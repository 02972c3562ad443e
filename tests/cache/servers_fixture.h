// Real servers for the tests of the caches on them: private ones, and a user's own that dies and comes back.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "cache/cache.h"
#include "io/child_process.h"
#include "io/loop.h"
#include "io/run_directory.h"
#include "io/socket.h"
#include "registry.h"

namespace hitbench {

using namespace std::chrono_literals;

enum class Kind { redis, memcached };

inline Params params_for(Kind kind) {
  Params params;
  params.put("address", std::monostate{});
  params.put("server", std::monostate{});
  params.put("args", std::vector<std::string>{});
  params.put("memory", int64_t{64} << 20);
  params.put("transport", std::string("tcp"));
  params.put("key_prefix", std::monostate{});
  params.put("allow_evictions", false);
  if (kind == Kind::redis) {
    params.put("policy", std::string("allkeys-lru"));
    params.put("password_file", std::monostate{});
  } else {
    params.put("threads", int64_t{1});
  }
  return params;
}

inline const char* program_of(Kind kind) { return kind == Kind::redis ? "redis-server" : "memcached"; }
inline const char* name_of(Kind kind) { return kind == Kind::redis ? "redis" : "memcached"; }

inline std::unique_ptr<Backend> make(std::string_view name, const Params& params, const BackendContext& context = {}) {
  return row_named(registry().caches, name).make(params, context);
}

inline std::unique_ptr<Backend> make(Kind kind, const Params& params) {
  return make(name_of(kind), params, {.key_prefix = "hitbench:0123abcd:"});
}

// Why the cache cannot be tested here; empty if it can.
inline std::string missing(std::string_view name, const char* program) {
  const CacheRow& row = row_named(registry().caches, name);
  if (!row.unavailable.empty()) return std::string(name) + " is " + std::string(row.unavailable);
  return find_program(program) ? "" : std::string(program) + " is not on the PATH";
}

inline std::string missing(Kind kind) { return missing(name_of(kind), program_of(kind)); }

// Stands for a user's own server; dies and comes back on the same port.
class OwnServer {
 public:
  explicit OwnServer(Kind kind, std::vector<std::string> more = {})
      : kind_(kind), more_(std::move(more)), port_(free_port()) {
    start();
  }

  void start() {
    std::vector<std::string> argv{find_program(program_of(kind_)).value()};
    const std::string port = std::to_string(port_);
    if (kind_ == Kind::redis) {
      argv.insert(argv.end(), {"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"});
    } else {
      argv.insert(argv.end(), {"-l", "127.0.0.1", "-p", port, "-U", "0", "-u", "root"});
    }
    argv.insert(argv.end(), more_.begin(), more_.end());
    process_ = std::make_unique<ServerProcess>(argv, run_directory() + "/own.log");
    const Address address{.unix = false, .host_or_path = "127.0.0.1", .port = port_};
    while (!connect_blocking(address, 1s).socket.is_open()) usleep(1000);
  }
  void kill() {
    process_->signal(SIGKILL);
    process_.reset();
  }
  ServerProcess& process() { return *process_; }
  int port() const { return port_; }

  Params params() const {
    Params params = params_for(kind_);
    params.put("address", std::string(name_of(kind_)) + "://127.0.0.1:" + std::to_string(port_));
    return params;
  }

 private:
  Kind kind_;
  std::vector<std::string> more_;
  int port_;
  std::unique_ptr<ServerProcess> process_;
};

inline void run(Loop& loop, const std::function<void()>& body) {
  loop.spawn(body);
  loop.run();
}

inline std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::environment);
    EXPECT_NE(error.remedy(), "");
    return error.what();
  }
  return "";
}

// What every client does in the tests of trouble: a value carries its key, so that a reply that was matched to the
// wrong request shows.
struct Counts {
  int hits = 0, misses = 0, failed = 0, wrong = 0;
};

inline void read_and_check(Cache& cache, int id, Call& call, Counts& counts) {
  const std::string text = "key-" + std::to_string(id);
  const Lookup found = cache.get({static_cast<uint64_t>(id), text}, call);
  if (found.status == Lookup::Status::failed) {
    ++counts.failed;
  } else if (found.status == Lookup::Status::miss) {
    ++counts.misses;
  } else if (found.value == "value of " + text) {
    ++counts.hits;
  } else {
    ++counts.wrong;
  }
}

inline void fill(Cache& cache, int keys, Call& call) {
  for (int id = 0; id < keys; ++id) {
    const std::string text = "key-" + std::to_string(id);
    EXPECT_EQ(cache.set({static_cast<uint64_t>(id), text}, "value of " + text, kForever, call), Stored::stored);
  }
}

}  // namespace hitbench
