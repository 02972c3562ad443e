#include "workload/trace/redis_commands.h"

#include <algorithm>
#include <array>

namespace hitbench {
namespace {

using CommandDoes = RedisCommand::Does;
using CommandKeys = RedisCommand::Keys;
using CommandTtl = RedisCommand::Ttl;

struct CommandGroup {
  RedisCommand command;
  std::string_view names;  // in lower case, separated by blanks
};

// redis.io/commands, version 7.2. Commands that are in no group (of connections, servers, channels, streams' groups,
// MULTI and EXEC, whose commands have lines of their own) ask for no key that a cache would have.
constexpr CommandGroup kCommandGroups[] = {
    {{.does = CommandDoes::read},
     "get getex getrange substr strlen getbit bitcount bitpos bitfield_ro "
     "hget hmget hgetall hkeys hvals hlen hexists hstrlen hrandfield hscan "
     "smembers sismember smismember scard srandmember sscan lrange lindex llen lpos "
     "zrange zrangebyscore zrangebylex zrevrange zrevrangebyscore zrevrangebylex zscore zmscore zcard zcount zlexcount "
     "zrank zrevrank zrandmember zscan geopos geodist geohash geosearch georadius_ro georadiusbymember_ro "
     "georadius georadiusbymember xrange xrevrange xlen sort sort_ro "
     "type ttl pttl expiretime pexpiretime dump "
     "json.get json.type json.strlen json.objkeys json.objlen json.arrlen"},
    {{.does = CommandDoes::read, .keys = CommandKeys::all}, "mget exists touch pfcount sinter sunion sdiff"},
    {{.does = CommandDoes::read, .keys = CommandKeys::two}, "lcs"},
    {{.does = CommandDoes::read, .keys = CommandKeys::counted, .key = 2}, "sintercard zintercard zunion zinter zdiff"},

    {{.does = CommandDoes::write, .value = 2, .ttl = CommandTtl::options}, "set"},
    {{.does = CommandDoes::write, .value = 3, .ttl = CommandTtl::seconds}, "setex"},
    {{.does = CommandDoes::write, .value = 3, .ttl = CommandTtl::milliseconds}, "psetex"},
    {{.does = CommandDoes::write, .value = 2}, "setnx getset append"},
    {{.does = CommandDoes::write, .keys = CommandKeys::pairs}, "mset msetnx"},
    {{.does = CommandDoes::write},
     "setrange setbit bitfield hset hmset hsetnx sadd lpush lpushx rpush rpushx linsert lset zadd geoadd pfadd xadd "
     "restore json.set json.merge"},
    {{.does = CommandDoes::write, .keys = CommandKeys::all, .others = CommandDoes::read},
     "sinterstore sunionstore sdiffstore pfmerge"},
    {{.does = CommandDoes::write, .keys = CommandKeys::all, .key = 2, .others = CommandDoes::read}, "bitop"},
    {{.does = CommandDoes::write, .keys = CommandKeys::two, .others = CommandDoes::read}, "zrangestore geosearchstore"},
    {{.does = CommandDoes::write}, "zunionstore zinterstore zdiffstore"},  // the key that they write
    {{.does = CommandDoes::read, .keys = CommandKeys::two, .others = CommandDoes::write}, "copy"},

    {{.does = CommandDoes::erase, .keys = CommandKeys::all}, "del unlink"},
    {{.does = CommandDoes::erase}, "getdel json.del json.forget"},
    {{.does = CommandDoes::erase, .keys = CommandKeys::two, .others = CommandDoes::write}, "rename renamenx"},

    {{.does = CommandDoes::modify},
     "incr incrby incrbyfloat decr decrby hincrby hincrbyfloat zincrby hdel srem spop lrem ltrim lpop rpop zrem "
     "zremrangebyrank zremrangebyscore zremrangebylex zpopmin zpopmax xdel xtrim json.numincrby json.arrappend"},
    {{.does = CommandDoes::modify, .keys = CommandKeys::two}, "smove lmove rpoplpush blmove brpoplpush"},
    {{.does = CommandDoes::modify, .keys = CommandKeys::all_but_last}, "blpop brpop bzpopmin bzpopmax"},
    {{.does = CommandDoes::modify, .keys = CommandKeys::counted, .key = 2}, "lmpop zmpop"},
    {{.does = CommandDoes::modify, .keys = CommandKeys::counted, .key = 3}, "blmpop bzmpop"},

    {{.why = "expire"}, "expire pexpire expireat pexpireat persist"},
    // What a script does has lines of its own.
    {{.keys = CommandKeys::none, .why = "script"}, "eval eval_ro evalsha evalsha_ro fcall fcall_ro"},
};

constexpr RedisCommand kOtherCommand{.keys = CommandKeys::none};
constexpr size_t kLongestCommand = 24;  // of those above

}  // namespace

RedisCommands::RedisCommands() {
  for (const CommandGroup& group : kCommandGroups) {
    std::string_view names = group.names;
    while (!names.empty()) {
      const size_t end = std::min(names.find(' '), names.size());
      by_name_.emplace(names.substr(0, end), group.command);
      names.remove_prefix(std::min(end + 1, names.size()));
    }
  }
}

const RedisCommand& RedisCommands::find(std::string_view name) const {
  std::array<char, kLongestCommand> lower;
  if (name.size() > lower.size()) return kOtherCommand;
  std::transform(name.begin(), name.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto found = by_name_.find(std::string_view(lower.data(), name.size()));
  return found == by_name_.end() ? kOtherCommand : found->second;
}

}  // namespace hitbench
