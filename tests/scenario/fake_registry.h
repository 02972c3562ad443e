// A registry of rows with fields like the real ones and nothing behind them, so that tests of the reader do not
// change when a part does.
#pragma once

#include "registry.h"

namespace hitbench {

inline std::vector<CacheRow> fake_caches() {
  const Field address{.name = "address", .type = FieldType::text, .fallback = "null", .doc = "of your server"};
  const Field memory{.name = "memory", .type = FieldType::size, .fallback = "\"64MiB\"", .doc = "limit", .min = 1};
  const Field args{.name = "args", .type = FieldType::texts, .fallback = "[]", .doc = "arguments"};
  const Field entries{.name = "entries", .type = FieldType::integer, .fallback = "10000", .doc = "limit", .min = 1};
  const Field shared{.name = "shared", .type = FieldType::boolean, .fallback = "false", .doc = "by all processes"};
  const Field call{.name = "latency", .type = FieldType::duration, .fallback = "\"1us\"", .doc = "of a call", .min = 0};
  return {{{"memory", "in the process", {entries, shared, call}, {.in_process = true, .virtual_time = true}}},
          {{"redis", "a server", {address, memory, args}, {.redis_options = true, .takes_password = true}}},
          {{"memcached", "a server", {address, memory}}},
          {{"absent", "is not built", {}, {}, "not built: needs libabsent-dev"}},
          {{"none", "nothing", {}, {.holds_nothing = true, .virtual_time = true}}}};
}

inline std::vector<StrategyRow> fake_strategies() {
  const Field ttl{.name = "ttl",
                  .type = FieldType::duration,
                  .fallback = "\"60s\"",
                  .doc = "lifetime",
                  .min = 0,
                  .min_excluded = true,
                  .word = "none"};
  const Field jitter{
      .name = "ttl_jitter", .type = FieldType::real, .fallback = "0", .doc = "jitter", .min = 0, .max = 1};
  const Field guard{.name = "guard", .type = FieldType::part, .fallback = "\"none\"", .doc = "guard", .kind = "guard"};
  const Field on_write{
      .name = "on_write", .type = FieldType::part, .fallback = "\"invalidate\"", .doc = "writes", .kind = "on_write"};
  const Field batch{.name = "batch", .type = FieldType::integer, .fallback = "1", .doc = "at once", .min = 1};
  const Field fill{.name = "fill", .type = FieldType::text, .fallback = "\"set\"", .doc = "fill", .choices = {"set"}};
  const Field nulls{
      .name = "nulls", .type = FieldType::text, .fallback = "null", .doc = "later", .unavailable = "not available yet"};
  return {{{"none", "the origin", {}, {.without_cache = true}}},
          {{"direct", "the cache", {ttl}, {.without_origin = true}}},
          {{"cache-aside", "both", {ttl, jitter, guard, on_write, fill, nulls, batch}}}};
}

inline Registry fake_registry() {
  const auto theta = [](std::string_view fallback) {
    return Field{.name = "theta",
                 .type = FieldType::real,
                 .fallback = fallback,
                 .doc = "skew",
                 .min = 0,
                 .max = 10,
                 .min_excluded = true};
  };
  const Field median{.name = "median", .type = FieldType::duration, .fallback = "\"5ms\"", .doc = "median", .min = 0};
  const Field sigma{.name = "sigma", .type = FieldType::real, .fallback = "0.5", .doc = "spread", .min = 0};
  const Field value{.name = "value", .type = FieldType::duration, .fallback = "\"5ms\"", .doc = "value", .min = 0};
  const Field latency{.name = "latency",
                      .type = FieldType::part,
                      .fallback = R"({"distribution": "lognormal", "median": "5ms", "sigma": 0.5})",
                      .doc = "of a load",
                      .kind = "latency"};
  const Field servers{.name = "concurrency", .type = FieldType::integer, .fallback = "8", .doc = "at once", .min = 1};
  const Field count{.name = "bytes", .type = FieldType::size, .fallback = "100", .doc = "size", .min = 0};
  const Field byte_median{.name = "median", .type = FieldType::size, .fallback = "230", .doc = "size", .min = 1};
  const Field sizes{.name = "sizes", .type = FieldType::sizes, .fallback = "", .doc = "weights", .min = 0, .max = 5000};
  const Field think{.name = "think", .type = FieldType::duration, .fallback = "\"0s\"", .doc = "pause", .min = 0};
  const Field rate{
      .name = "rate", .type = FieldType::real, .fallback = "", .doc = "a second", .min = 0, .min_excluded = true};
  const Field file{.name = "file", .type = FieldType::text, .fallback = "", .doc = "recorded keys"};
  Registry all;
  all.caches = fake_caches();
  all.origins = {{{"simulated", "a queue", {latency, servers}, {.virtual_time = true}}}, {{"sqlite", "a file", {}}}};
  all.strategies = fake_strategies();
  all.guards = {{{"none", "nothing"}}, {{"single-flight", "in the process"}}};
  all.write_paths = {{{"invalidate", "delete"}}};
  all.keys = {{{"uniform", "all alike", {}}},
              {{"zipf", "skewed", {theta("0.99")}}},
              {{"trace", "recorded", {file}, {.own_keys = true}}}};
  all.values = {{{"fixed", "one size", {count}}},
                {{"lognormal", "many sizes", {byte_median, sigma}}},
                {{"list", "a few sizes", {sizes}}}};
  all.latencies = {{{"fixed", "one value", {value}}}, {{"lognormal", "skewed", {median, sigma}}}};
  all.arrivals = {{{"closed", "wait", {think}}}, {{"open", "do not wait", {rate}, {.open_loop = true}}}};
  return all;
}

}  // namespace hitbench
