#include "scenario/sections.h"

namespace hitbench {

const std::vector<Field>& top_fields() {
  static const std::vector<Field> fields = {
      {.name = "$schema", .type = FieldType::text, .fallback = "null", .doc = "for editors: the schema of this file"},
      {.name = "question", .type = FieldType::text, .fallback = "\"\"", .doc = "what the scenario asks, in words"},
      {.name = "answer",
       .type = FieldType::text,
       .fallback = "\"\"",
       .doc = "a template that is filled from the metrics: {row.metric}, {difference a.metric b.metric}, {a / b}"},
      {.name = "thresholds",
       .type = FieldType::texts,
       .fallback = "[]",
       .doc = "what must hold: \"[ROW:]read.response.p99<5ms\""},
      {.name = "seed",
       .type = FieldType::integer,
       .fallback = "1",
       .doc = "where every random stream starts",
       .min = 0},
      {.name = "clock",
       .type = FieldType::text,
       .fallback = "\"real\"",
       .doc = "virtual: simulated time, for memory caches, twins of redis and memcached, and simulated origins",
       .choices = {"real", "virtual"}},
      {.name = "rounds",
       .type = FieldType::integer,
       .fallback = "null",
       .doc = "how many times each row is visited; 5, or 1 in virtual time and with faults",
       .min = 1,
       .max = 1000},
      {.name = "verify",
       .type = FieldType::boolean,
       .fallback = "true",
       .doc = "check every value, and count stale reads and lost writes"},
  };
  return fields;
}

const std::vector<Field>& claim_fields() {
  static const std::vector<Field> fields = {
      {.name = "says", .type = FieldType::text, .fallback = "", .doc = "the claim, in the words of its source"},
      {.name = "holds_if", .type = FieldType::text, .fallback = "", .doc = "a comparison of metrics"},
  };
  return fields;
}

const std::vector<Field>& fault_fields() {
  static const std::vector<Field> fields = {
      {.name = "at", .type = FieldType::duration, .fallback = "", .doc = "when, from the start of measuring", .min = 0},
      {.name = "target",
       .type = FieldType::text,
       .fallback = "",
       .doc = "what breaks: the cache (a private server, or in memory), the origin, or an application process",
       .choices = {"cache", "origin", "process"}},
      {.name = "index",
       .type = FieldType::integer,
       .fallback = "0",
       .doc = "which process, from 0",
       .min = 0,
       .max = 1023},
      {.name = "action",
       .type = FieldType::text,
       .fallback = "",
       .doc = "kill (cache, process) loses what is in memory; stop answers nothing; slow (cache, origin) adds `by` to "
              "every call; fail (origin) answers errors",
       .choices = {"kill", "stop", "slow", "fail"}},
      {.name = "by",
       .type = FieldType::duration,
       .fallback = "null",
       .doc = "slow: how much longer each call takes",
       .min = 0,
       .min_excluded = true},
      {.name = "for",
       .type = FieldType::duration,
       .fallback = "null",
       .doc = "until it is back; without it what was killed comes back at once, and the rest lasts until the measuring "
              "ends",
       .min = 0,
       .min_excluded = true},
  };
  return fields;
}

const std::vector<Field>& requires_fields() {
  static const std::vector<Field> fields = {
      {.name = "cores",
       .type = FieldType::integer,
       .fallback = "0",
       .doc = "on a machine with fewer cores the rows are skipped",
       .min = 0,
       .max = kMostCores},
  };
  return fields;
}

const std::vector<Field>& workload_fields() {
  static const std::vector<Field> fields = {
      {.name = "key_bytes",
       .type = FieldType::integer,
       .fallback = "16",
       .doc = "length of a key",
       .min = 1,
       .max = 250},  // memcached's limit
      {.name = "value_bytes",
       .type = FieldType::part,
       .fallback = "100",
       .doc = "size of a whole stored value, its 40-byte envelope included where it has one",
       .kind = "values"},
      {.name = "arrivals",
       .type = FieldType::part,
       .fallback = R"({"loop": "closed"})",
       .doc = "when operations are due",
       .kind = "arrivals"},
  };
  return fields;
}

const std::vector<Field>& keys_fields() {
  static const std::vector<Field> fields = {
      {.name = "count",
       .type = FieldType::integer,
       .fallback = "100000",
       .doc = "how many keys the origin has",
       .min = 1,
       .max = 1e9},
  };
  return fields;
}

const std::vector<Field>& write_keys_fields() {
  static const std::vector<Field> fields = {
      {.name = "count",
       .type = FieldType::integer,
       .fallback = "null",
       .doc = "that of keys; leave it out",
       .min = 1,
       .max = 1e9},
  };
  return fields;
}

const std::vector<Field>& mix_fields() {
  static const std::vector<Field> fields = {
      {.name = "read", .type = FieldType::real, .fallback = "0", .doc = "share of reads", .min = 0, .max = 1},
      {.name = "write", .type = FieldType::real, .fallback = "0", .doc = "share of writes", .min = 0, .max = 1},
      {.name = "delete", .type = FieldType::real, .fallback = "0", .doc = "share of deletes", .min = 0, .max = 1},
      {.name = "insert", .type = FieldType::real, .fallback = "0", .doc = "share of new keys", .min = 0, .max = 1},
      {.name = "modify",
       .type = FieldType::real,
       .fallback = "0",
       .doc = "share of reads followed by a write",
       .min = 0,
       .max = 1},
  };
  return fields;
}

const std::vector<Field>& absent_fields() {
  static const std::vector<Field> fields = {
      {.name = "share",
       .type = FieldType::real,
       .fallback = "0",
       .doc = "of the reads: those of keys that the origin does not have",
       .min = 0,
       .max = 1},
  };
  return fields;
}

const Field& absent_keys_field() {
  static const Field field{.name = "keys",
                           .type = FieldType::integer,
                           .fallback = "1000",
                           .doc = "how many of these keys there are; or unique: none is asked for twice",
                           .min = 1,
                           .max = kMostAbsentKeys};
  return field;
}

const std::vector<Field>& app_fields() {
  static const std::vector<Field> fields = {
      {.name = "processes",
       .type = FieldType::integer,
       .fallback = "1",
       .doc = "application processes; they share servers and origin, nothing else",
       .min = 1,
       .max = 1024},
      {.name = "clients",
       .type = FieldType::integer,
       .fallback = "50",
       .doc = "request handlers of each process; each does one operation at a time",
       .min = 1,
       .max = 1e6},
      {.name = "connections",
       .type = FieldType::integer,
       .fallback = "50",
       .doc = "of each process; clients above this number share them",
       .min = 1,
       .max = 1e5},
      {.name = "pool",
       .type = FieldType::text,
       .fallback = "\"fixed\"",
       .doc = "how connections are kept; per_operation opens one for each cache call",
       .choices = {"fixed", "per_operation"}},
      {.name = "model",
       .type = FieldType::text,
       .fallback = "\"fiber\"",
       .doc = "thread: every client is a process of its own, on a thread",
       .choices = {"fiber", "thread"}},
      {.name = "timeout",
       .type = FieldType::duration,
       .fallback = "\"1s\"",
       .doc = "of an operation",
       .min = 0,
       .min_excluded = true},
      {.name = "retries",
       .type = FieldType::integer,
       .fallback = "0",
       .doc = "of a failed operation, each with a timeout of its own",
       .min = 0,
       .max = 100},
      {.name = "poll",
       .type = FieldType::text,
       .fallback = "\"sleep\"",
       .doc = "spin: a loop with nothing to do never sleeps",
       .choices = {"sleep", "spin"}},
  };
  return fields;
}

const Field& pinned_core_field() {
  static const Field field{.name = "pin",
                           .type = FieldType::integer,
                           .fallback = "0",
                           .doc = "the core of each process",
                           .min = 0,
                           .max = kMostCores - 1};
  return field;
}

const std::vector<Field>& warmup_fields() {
  static const std::vector<Field> fields = {
      {.name = "until",
       .type = FieldType::text,
       .fallback = "null",
       .doc = "steady: until the hit ratio of every row is steady, all rows for the same number of operations; the "
              "default if a cache may evict or entries expire",
       .choices = {"steady"}},
      {.name = "operations",
       .type = FieldType::integer,
       .fallback = "null",
       .doc = "in all; 20000 by default if nothing evicts or expires, for 10 s at most",
       .min = 0},
      {.name = "duration", .type = FieldType::duration, .fallback = "null", .doc = "instead of operations", .min = 0},
      {.name = "limit",
       .type = FieldType::duration,
       .fallback = "null",
       .doc = "how long a row warms up at most; with until 30s, in virtual time 1,000,000 operations",
       .min = 0,
       .min_excluded = true},
  };
  return fields;
}

const Field& preload_share_field() {
  static const Field field{
      .name = "preload",
      .type = FieldType::real,
      .fallback = "false",
      .doc =
          "put the keys into the cache first: true, or the share of the keys (0.8, chosen by seed and key; 0 begins "
          "with an empty cache). Strategy direct loads all unless a share is given",
      .min = 0,
      .max = 1};
  return field;
}

const std::vector<Field>& measure_fields() {
  static const std::vector<Field> fields = {
      {.name = "duration",
       .type = FieldType::duration,
       .fallback = "null",
       .doc = "in all, split over the rounds; 10s by default",
       .min = 0,
       .min_excluded = true},
      {.name = "operations", .type = FieldType::integer, .fallback = "null", .doc = "instead of a duration", .min = 1},
  };
  return fields;
}

}  // namespace hitbench
