// Caches and origins that the environment refuses, for tests of whole runs: a plan's row takes one of them after it was
// made.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cache/cache.h"
#include "cache/forwarding_cache.h"
#include "engine/plan.h"
#include "origin/origin.h"
#include "registry.h"

namespace hitbench {

class FailingCache final : public Cache {
 public:
  Lookup get(Key, Call&) override { return {.status = Lookup::Status::failed, .value = {}}; }
  Stored set(Key, Bytes, Duration, Call&) override { return Stored::failed; }
  Stored add(Key, Bytes, Duration, Call&) override { return Stored::failed; }
  Stored erase(Key, Call&) override { return Stored::failed; }
};

// Starts, and then takes nothing.
class FailingBackend : public Backend {
 public:
  std::unique_ptr<Cache> connect(Loop&, const ConnectOptions&) override { return std::make_unique<FailingCache>(); }
};

class RefusingBackend final : public FailingBackend {
 public:
  void start() override { throw environment_error("nobody listens", "start the server"); }
};

class MisspeltBackend final : public FailingBackend {
 public:
  void start() override { throw usage_error("there is no such core"); }
};

// Between two looks at it, a millisecond of CPU time has passed.
class BusyBackend final : public FailingBackend {
 public:
  BackendUsage usage() override {
    cpu_ += std::chrono::milliseconds(1);
    return {.version = "", .cpu = cpu_};
  }

 private:
  Duration cpu_{0};
};

// A user's server that evicts from the first phase on, found dead after it, while somebody has pressed Ctrl-C.
class EvictingBackend final : public FailingBackend {
 public:
  inline static std::atomic<bool> interrupted{false};
  void check_evictions() override {
    interrupted = true;
    throw environment_error("it has evicted 7 keys");
  }
  std::string intrusion(const Traffic&) override { throw environment_error("the server died"); }
  std::optional<KeyMarks> marks() const override { return KeyMarks{"ours:", std::chrono::hours(1)}; }
};

// Stands on a cache of type memory with its own parameters, which it asks for everything.
class StackedBackend final : public Backend {
 public:
  inline static uint64_t lookups = 0;  // that reached the cache below
  StackedBackend(const Params& params, const BackendContext& context)
      : below_(context.make_backend({.type = "memory", .name = "below", .params = params})) {}

  void start() override { below_->start(); }
  void stop() override { below_->stop(); }
  bool in_process() const override { return below_->in_process(); }
  std::unique_ptr<Cache> connect(Loop& loop, const ConnectOptions& options) override {
    return std::make_unique<Access>(below_->connect(loop, options));
  }

 private:
  class Access final : public ForwardingCache {
   public:
    explicit Access(std::unique_ptr<Cache> below) : ForwardingCache(*below), below_(std::move(below)) {}
    Lookup get(Key key, Call& call) override {
      ++lookups;
      return below_->get(key, call);
    }

   private:
    const std::unique_ptr<Cache> below_;
  };

  const std::unique_ptr<Backend> below_;
};

// Answers in no time; what comes of its stores is for those to say who derive from it.
class FakeServer : public OriginServer {
 public:
  void start(std::shared_ptr<const Rows>) override {}
  std::unique_ptr<Origin> connect(Loop&, int process) override { return std::make_unique<Access>(*this, process); }
  void begin_measuring() override {}
  OriginUsage usage() const override { return {}; }
  std::string version() const override { return "fake"; }
  virtual void load(int /*process*/) {}

 private:
  class Access final : public Origin {
   public:
    Access(FakeServer& server, int process) : server_(server), process_(process) {}
    Loaded load(Key, Call&) override {
      server_.load(process_);
      return {.status = Loaded::Status::absent};
    }
    Committed store(Key, uint64_t, Bytes, Call&) override { return {.ok = true}; }
    Committed erase(Key, uint64_t, Call&) override { return {.ok = true}; }

   private:
    FakeServer& server_;
    const int process_;
  };
};

// Its disk is full from the second round on.
class FullServer final : public FakeServer {
 public:
  void begin_measuring() override { ++rounds_; }
  OriginUsage usage() const override { return {.refused_by_disk = rounds_ < 2 ? uint64_t{0} : uint64_t{3}}; }

 private:
  int rounds_ = 0;
};

// A mistake of a library below, in any process but the first.
class ThrowingServer final : public FakeServer {
 public:
  void load(int process) override {
    if (process != 0) throw std::runtime_error("the library broke");
  }
};

template <class Made>
std::unique_ptr<Backend> make_backend(const Params&, const BackendContext&) {
  return std::make_unique<Made>();
}
template <class Made>
std::unique_ptr<OriginServer> make_server(const Params&, const OriginContext&) {
  return std::make_unique<Made>();
}

// The registry with these in it, under the names of their classes.
inline Registry registry_with_fakes() {
  Registry all = registry();
  const auto add = [](auto& rows, std::string_view name, auto make) {
    auto row = rows.front();
    row.name = name;
    row.unavailable = {};
    row.make = make;
    rows.push_back(row);
  };
  add(all.caches, "FailingBackend", &make_backend<FailingBackend>);
  add(all.caches, "RefusingBackend", &make_backend<RefusingBackend>);
  add(all.caches, "MisspeltBackend", &make_backend<MisspeltBackend>);
  add(all.caches, "BusyBackend", &make_backend<BusyBackend>);
  add(all.caches, "EvictingBackend", &make_backend<EvictingBackend>);
  add(all.caches, "StackedBackend",
      [](const Params& params, const BackendContext& context) -> std::unique_ptr<Backend> {
        return std::make_unique<StackedBackend>(params, context);
      });
  add(all.origins, "FullServer", &make_server<FullServer>);
  add(all.origins, "ThrowingServer", &make_server<ThrowingServer>);
  return all;
}

}  // namespace hitbench
