// One client of an application process: what it draws from, and its buffers.
#pragma once

#include <string>
#include <vector>

#include "base/rng.h"
#include "strategy/strategy.h"
#include "verify/read_check.h"

namespace hitbench {

// Strategies draw apart from the operation stream.
inline constexpr uint64_t kStrategySalt = 0x5354524154454759;  // "STRATEGY"

struct ClientState {
  ClientState(uint64_t seed, int process, int id, Loop& loop)
      : strategy_rng(seed ^ kStrategySalt, static_cast<uint64_t>(process), static_cast<uint64_t>(id)),
        draws(seed, static_cast<uint64_t>(process), static_cast<uint64_t>(id)),
        stream(mix64(static_cast<uint64_t>(process) << 32 | static_cast<uint64_t>(id))),
        client{.cache = nullptr, .origin = nullptr, .loop = loop, .rng = strategy_rng, .id = id} {}

  Rng strategy_rng;
  Rng draws;              // closed loop: the operation stream
  const uint64_t stream;  // as Workload::checksum knows it
  Client client;
  uint64_t position = 0;  // in that stream
  std::string key_text;
  std::vector<Key> batch;              // reads that go at once
  std::vector<std::string> key_texts;  // of the batch
  std::vector<Answer> answers;
  std::string payload;
  SeenWrites seen;
  uint64_t done = 0;    // in this phase
  int until_timed = 1;  // operations until the next timed one
};

}  // namespace hitbench
