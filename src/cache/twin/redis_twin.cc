// The twin of "redis": Redis 7.0 or 8.0 without persistence, as a private server of it is.
#include <chrono>
#include <string>
#include <string_view>

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

struct VersionFigures {
  std::string_view name;
  RedisVersion version;
  uint64_t info_connection;
  uint64_t besides_data;
  uint64_t besides_data_per_connection;
};

// `info_connection` is hitbench's for INFO, whose buffers do not shrink as those of the others, by mem_clients_normal.
// With it, and five commands, 4 MiB have room for 17,464 entries of 168 bytes beside four connections and a table of
// 16,384 buckets; the real server held 17,460.
//
// `besides_data` is INFO's used_memory less used_memory_startup, mem_clients_normal and mem_not_counted_for_evict,
// which is what the real server reports as memory of its data (cache/redis/info.cc), less entries and tables: 164,232
// and 457 for each connection. Measured by hitbench on redis-server 7.0.15 with 1, 4 and 16 connections, and with 100,
// 300, 3,000 and 20,000 entries. In it are the histograms (123,440 less without `latency-tracking`), and 40,792 of the
// connection that asks for INFO, whose buffers the server has not yet counted as those of a client.
constexpr VersionFigures kTwin7_0 = {"7.0", RedisVersion::v7_0, 38'090, 164'232, 457};

// Of hitbench on the redis-server 8.0.2 of Debian 13: 4 MiB held 18,369 entries of 168 bytes beside four connections
// and a table of 32,768 buckets, and INFO counted 3,517,280 bytes for its data (OLTP, allkeys-lru, of `./dev twins`). A
// connection has 522 more than the 1,920 that mem_clients_normal has for each.
constexpr VersionFigures kTwin8_0 = {"8.0", RedisVersion::v8_0, 18'980, 167'052, 522};

const VersionFigures& figures_of(const Params& params) {
  return params.has("version") && params.text("version") == kTwin8_0.name ? kTwin8_0 : kTwin7_0;
}

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
  const VersionFigures& figures = figures_of(params);
  RedisArguments given;
  given.model.memory_bytes = static_cast<uint64_t>(params.integer("memory"));
  given.model.policy = *policy;
  given.model.version = figures.version;
  given.model.more_bytes = figures.info_connection;
  given.model.commands = kCommands;
  given.model.seed = context.seed;
  const RedisArguments arguments = read_redis_arguments(params.texts("args"), given);
  const TwinTimes times = twin_times(context, "redis", params.text("transport"));
  const std::string server = "redis " + std::string(figures.name);
  TwinSetting setting{.name = "redis", .version = server + " (twin)"};
  setting.stands_for = "redis is a twin: a model of " + server + ", with times " + times.source;
  setting.make_model = [model = arguments.model](uint32_t connections) mutable {
    model.clients = connections;
    return make_redis_model(model);
  };
  setting.end_of = &redis_end;
  setting.times = times.times;
  put_network(params, setting);
  setting.appends = arguments.appends;
  setting.syncs = arguments.appends && arguments.sync == RedisArguments::Sync::always;
  setting.out_of_memory = "OOM command not allowed when used memory > 'maxmemory'.";
  setting.compares = true;
  setting.has_queue = true;
  setting.policy = redis_policy_names()[static_cast<size_t>(arguments.model.policy)];
  setting.besides_data_bytes = figures.besides_data;
  setting.besides_data_bytes_per_connection = figures.besides_data_per_connection;
  setting.coarse_uses = redis_coarse_uses(setting.policy);
  return make_twin(std::move(setting), context.seed);
}

}  // namespace hitbench
