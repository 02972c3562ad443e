// A verdict by hand: one regression found in two stages, one exact counter, one metric too noisy to judge.
#pragma once

#include "judge/verdict.h"

namespace hitbench::sample {

inline std::vector<VerdictSlot> two_slots() {
  return {{.side = "candidate",
           .stage = 1,
           .pair = 0,
           .place = 1,
           .seed = 42,
           .control_ns = 4'000'000,
           .steal = 0.01,
           .values = {{"cache-aside/redis: read.response.p50", 80'400}},
           .percentiles = {{"cache-aside/redis: read.response", {80'400, std::nullopt}}}},
          {.side = "base", .place = 2, .seed = 42, .failure = "killed by signal 9", .disturbed = true}};
}

inline Verdict full_verdict() {
  Verdict verdict{.kind = "gate", .verdict = Word::regressed, .exit_code = 3, .question = "Is the new server as fast?"};
  verdict.base = "caches.0.server=/opt/redis-7.0/redis-server";
  verdict.candidate = "caches.0.server=/opt/redis-7.2/redis-server";
  verdict.differences = {"server of redis: redis 7.0.15 → redis 7.2.4"};
  verdict.warnings = {{"pairs-disturbed", "1 of 25 pairs were disturbed"}};
  verdict.alpha = 0.001;
  verdict.tests = 2;
  verdict.order_seed = 99;
  verdict.environment_json = R"({"hitbench": {"version": "0.1.0"}, "cpu": {"model": "Test CPU", "usable_cores": 2}})";
  verdict.items.push_back({.row = "cache-aside/redis",
                           .metric = "read.response.p50",
                           .base = 80'400,
                           .candidate = 99'500,
                           .change = 0.238,
                           .change_low = 0.15,
                           .change_high = 0.31,
                           .p = 0.0003,
                           .pairs = {10, 15},
                           .delta = 0.05,
                           .detectable = 0.094,
                           .noise = 0.061,
                           .verdict = Word::regressed});
  verdict.items.push_back({.row = "cache-aside/redis",
                           .metric = "hit_ratio",
                           .basis = "points",
                           .better = "higher",
                           .method = "exact",
                           .base = 0.934,
                           .candidate = 0.934,
                           .change = 0,
                           .pairs = {10},
                           .verdict = Word::pass});
  verdict.items.push_back({.row = "cache-aside/redis",
                           .metric = "read.response.p99",
                           .base = 227'000,
                           .candidate = 240'000,
                           .change = 0.04,
                           .change_low = -0.2,
                           .change_high = 0.35,
                           .p = 0.31,
                           .pairs = {10},
                           .delta = 0.1,
                           .detectable = 0.45,
                           .noise = 0.4,
                           .judged = false,
                           .verdict = Word::inconclusive,
                           .note = "too noisy to judge"});
  verdict.percentiles = {"p50", "p99_99"};
  verdict.slots = two_slots();
  return verdict;
}

}  // namespace hitbench::sample
