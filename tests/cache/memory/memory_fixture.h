// A memory cache in virtual time, with the defaults unless a test says otherwise.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cache/parts.h"
#include "io/loop.h"
#include "tests/cache/defaults.h"

namespace hitbench {

inline Params memory_params(std::vector<std::pair<std::string, Params::Value>> changes = {}) {
  Params params = defaults_of(memory_fields({"lru"}));
  for (const auto& [name, value] : changes) params.put(name, value);
  return params;
}

inline std::unique_ptr<Backend> started(const Params& params, bool virtual_time = true) {
  auto backend = make_memory(params, {.virtual_time = virtual_time});
  backend->start();
  return backend;
}

inline std::string key_text(uint64_t id) {
  std::string digits = std::to_string(id);
  return "k" + std::string(15 - digits.size(), '0') + digits;
}

class Memory : public testing::Test {
 protected:
  void open(const Params& params) {
    backend = started(params);
    cache = backend->connect(*loop, {});
  }
  void run(const std::function<void()>& body) {
    loop->spawn(body);
    loop->run();
  }
  bool hits(Bytes key) { return cache->get({0, key}, call).status == Lookup::Status::hit; }
  Stored set(Bytes key, Bytes value, Duration ttl = kForever) { return cache->set({0, key}, value, ttl, call); }
  uint64_t memory() const { return cache->usage()->memory_bytes.value(); }

  std::unique_ptr<Loop> loop = Loop::virtual_time();
  std::unique_ptr<Backend> backend;
  std::unique_ptr<Cache> cache;
  Call call;
};

}  // namespace hitbench
