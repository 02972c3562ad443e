// The twin of "redis": Redis 7.0 without persistence, as a private server of it is.
#include <chrono>

#include "base/check.h"
#include "cache/redis/coarse_uses.h"
#include "cache/twin/redis_model.h"
#include "cache/twin/twin_arguments.h"
#include "cache/twin/twin_backend.h"
#include "cache/twin/twins.h"

namespace hitbench {
namespace {

// What hitbench asks a private server for, each of which has a histogram (redis_memory.cc): PING, AUTH, INFO, GET, SET.
constexpr uint32_t kCommands = 5;

// Of the empty server, and of hitbench's connection for INFO, whose buffers do not shrink as those of the others, by
// mem_clients_normal. With both, and five commands, 4 MiB have room for 17,464 entries of 168 bytes beside four
// connections and a table of 16,384 buckets; the real server held 17,460.
constexpr uint64_t kBaseline = kRedisBaselineBytes + 38'090;

// INFO's used_memory less used_memory_startup, mem_clients_normal and mem_not_counted_for_evict, which is what the real
// server reports as memory of its data (cache/redis/info.cc), less entries and tables: 164,232 and 457 for each
// connection. Measured by hitbench on redis-server 7.0.15 with 1, 4 and 16 connections, and with 100, 300, 3,000 and
// 20,000 entries. In it are the histograms (123,440 less without `latency-tracking`), and 40,792 of the connection that
// asks for INFO, whose buffers the server has not yet counted as those of a client.
constexpr uint64_t kBesidesData = 164'232;
constexpr uint64_t kBesidesDataPerConnection = 457;

// "PX" in milliseconds, rounded up, from the millisecond in which the command runs (mstime() in server.c).
Time redis_end(Duration ttl, Time now) {
  using std::chrono::milliseconds;
  const Time begin = std::chrono::floor<milliseconds>(now);
  const milliseconds lives = std::chrono::ceil<milliseconds>(ttl);
  return lives < kNever - begin ? begin + lives : kNever;
}

}  // namespace

std::unique_ptr<Backend> make_redis_twin(const Params& params, const BackendContext& context) {
  refuse_real_fields("redis", params);
  const std::optional<RedisPolicy> policy = redis_policy_named(params.text("policy"));
  CHECK(policy.has_value());
  RedisArguments given;
  given.model.memory_bytes = static_cast<uint64_t>(params.integer("memory"));
  given.model.policy = *policy;
  given.model.baseline_bytes = kBaseline;
  given.model.commands = kCommands;
  given.model.seed = context.seed;
  const RedisArguments arguments = read_redis_arguments(params.texts("args"), given);
  const TwinTimes times = twin_times(context, "redis", params.text("transport"));
  TwinSetting setting{.name = "redis", .version = "redis 7.0 (twin)"};
  setting.stands_for = "redis is a twin: a model of redis 7.0, with times " + times.source;
  setting.make_model = [model = arguments.model](uint32_t connections) mutable {
    model.clients = connections;
    return make_redis_model(model);
  };
  setting.end_of = &redis_end;
  setting.times = times.times;
  setting.appends = arguments.appends;
  setting.syncs = arguments.appends && arguments.sync == RedisArguments::Sync::always;
  setting.out_of_memory = "OOM command not allowed when used memory > 'maxmemory'.";
  setting.compares = true;
  setting.has_queue = true;
  setting.policy = redis_policy_names()[static_cast<size_t>(arguments.model.policy)];
  setting.besides_data_bytes = kBesidesData;
  setting.besides_data_bytes_per_connection = kBesidesDataPerConnection;
  setting.coarse_uses = redis_coarse_uses(setting.policy);
  return make_twin(std::move(setting), context.seed);
}

}  // namespace hitbench
