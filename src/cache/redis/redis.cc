// The cache "redis": a private redis-server without persistence, or the user's own.
#include <strings.h>

#include <array>
#include <cstdlib>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "cache/connection_backend.h"
#include "cache/parts.h"
#include "cache/redis/codec.h"
#include "cache/redis/info.h"
#include "cache/server_fields.h"
#include "cache/twin/redis_model.h"
#include "cache/twin/twins.h"

namespace hitbench {
namespace {

// In a file of our own: our defaults, which what the user's file says overrules. What we must decide is not in it
// (scenario/server_config.cc).
std::string write_config(const Params& params, const std::string& directory) {
  const std::string path = directory + "/redis.conf";
  write_secret(path, "save \"\"\nappendonly no\nmaxmemory " + std::to_string(params.integer("memory")) +
                         "\nmaxmemory-policy " + params.text("policy") + "\n" + params.text("config"));
  return path;
}

// What the user's own "args" say again counts: redis-server takes the last of each, and adds up "--save".
std::vector<std::string> arguments(const Params& params, const Address& address, const std::string& directory) {
  std::vector<std::string> argv;
  if (params.has("config")) {
    argv = {write_config(params, directory)};
  } else {
    argv = {"--save", "", "--appendonly", "no", "--maxmemory", std::to_string(params.integer("memory"))};
    argv.insert(argv.end(), {"--maxmemory-policy", params.text("policy")});
  }
  argv.insert(argv.end(), {"--dir", directory});
  if (address.unix) {
    argv.insert(argv.end(), {"--port", "0", "--unixsocket", address.host_or_path, "--unixsocketperm", "700"});
  } else {
    argv.insert(argv.end(), {"--port", std::to_string(address.port), "--bind", address.host_or_path});
  }
  return argv;
}

// Whether a word of `argument` is `word`, whatever its case, with or without dashes before it: Redis takes "--user x"
// as one argument or as two.
bool has_word(std::string_view argument, std::string_view word) {
  constexpr std::string_view kBlanks = " \t\"'";
  for (size_t begin = 0; begin < argument.size();) {
    const size_t end = std::min(argument.find_first_of(kBlanks, begin), argument.size());
    std::string_view found = argument.substr(begin, end - begin);
    if (found.starts_with("--")) found.remove_prefix(2);
    if (found.size() == word.size() && strncasecmp(found.data(), word.data(), word.size()) == 0) return true;
    begin = end + 1;
  }
  return false;
}

// Of an open pipe it is kept: a pipe gives it once, and every row asks for it.
std::string read_password(const std::string& path) {
  static std::map<std::string, std::string> of_pipes;
  if (const auto known = of_pipes.find(path); known != of_pipes.end()) return known->second;
  constexpr size_t kLongest = size_t{64} << 10;
  constexpr const char* kRemedy = "write the password into its first line";
  std::string password;
  try {
    password = read_first_line(path, kLongest);
  } catch (const Error& error) {
    throw environment_error(std::string("password_file ") + error.what(), kRemedy);
  }
  if (password.empty()) throw environment_error("password_file " + path + ": its first line is empty", kRemedy);
  if (path.starts_with("/dev/")) of_pipes[path] = password;
  return password;
}

// "args" may set a password or users of their own, or take AUTH away: then "password_file" alone says how to log in.
bool takes_secret(const Params& params) {
  constexpr std::array<std::string_view, 4> kOwnWays = {"requirepass", "aclfile", "user", "auth"};
  if (params.has("password_file")) return false;
  for (const std::string& argument : params.texts("args")) {
    for (const std::string_view way : kOwnWays) {
      if (has_word(argument, way)) return false;
    }
  }
  return true;
}

// Everybody can read a command line. An option, and not the configuration file that comes before all of them: a wrapper
// may put its own there.
std::vector<std::string> lock_with(const std::string& secret, const std::string& directory) {
  const std::string path = directory + "/hitbench.conf";
  write_secret(path, "requirepass " + secret + "\n");
  return {"--include", path};
}

// The environment speaks of the user's server.
std::shared_ptr<const Protocol> protocol(const Params& params, bool users_server, int database,
                                         const std::string& secret) {
  RedisLogin login{.password = secret, .database = database};
  const char* const password = std::getenv("REDISCLI_AUTH");  // as redis-cli reads it
  if (!secret.empty()) return std::make_shared<RedisProtocol>(login);
  if (params.has("password_file")) {
    login.password = read_password(params.text("password_file"));
  } else if (users_server && password != nullptr) {
    login.password = password;
  }
  return std::make_shared<RedisProtocol>(login);
}

bool is_whole(std::string_view text) { return RedisProtocol().parse(text).kind != ServerReply::Kind::incomplete; }

BackendUsage usage(std::string_view text) {
  const std::optional<std::string> info = redis_text_reply(text);
  return info ? redis_usage(*info) : BackendUsage{};
}

// Redis 7 on 64 bits: the key's dictEntry and that of its expiry (dict.h, 24 B each), the value's robj (server.h, 16
// B), two pointers in each hash table while it grows (dict.c), headers and ends of both strings (sds.h); jemalloc's
// size classes are up to a quarter apart.
uint64_t entry_bytes(uint64_t bytes) { return 104 + (bytes + 12) * 5 / 4; }

// What a connection takes that has asked once, measured on redis 7.0.15: 16 KiB for replies (PROTO_REPLY_CHUNK_BYTES),
// 20 KiB for requests, 2.6 KB for itself; rounded up.
constexpr uint64_t kConnectionBytes = 40 * 1024;

constexpr ServerKind kRedis{.name = "redis",
                            .program = "redis-server",
                            .package = "redis-server",
                            .default_port = 6379,
                            .arguments = &arguments,
                            .last_argument = "--daemonize no",  // a daemon could be neither watched nor stopped
                            .protocol = &protocol,
                            .lock_with = &lock_with,
                            .takes_secret = &takes_secret,
                            .usage_request = "*1\r\n$4\r\nINFO\r\n",
                            .is_whole_usage = &is_whole,
                            .usage = &usage,
                            .entry_bytes = &entry_bytes,
                            .connection_bytes = kConnectionBytes,
                            .limit_name = "maxmemory"};

}  // namespace

std::unique_ptr<Backend> make_redis(const Params& params, const BackendContext& context) {
  if (context.virtual_time) return make_redis_twin(params, context);
  return std::make_unique<ServerBackend>(kRedis, params, context);
}

std::vector<Field> redis_fields() {
  std::vector<Field> fields = server_fields("your own server: redis://host:port/db or redis+unix:///path");
  fields.push_back({.name = "policy",
                    .type = FieldType::text,
                    .fallback = "\"allkeys-lru\"",
                    .doc = "what the private server evicts (maxmemory-policy)",
                    .choices = {redis_policy_names().begin(), redis_policy_names().end()}});
  fields.push_back({.name = "version",
                    .type = FieldType::text,
                    .fallback = "null",
                    .doc = "which Redis its twin in virtual time is a model of: 7.0 (unless set) or 8.0",
                    .choices = {"7.0", "8.0"}});
  fields.push_back({.name = "config",
                    .type = FieldType::text,
                    .fallback = "null",
                    .doc = "configuration file of the private server (redis.conf); what it says of memory and policy "
                           "counts before these fields"});
  fields.push_back({.name = "password_file",
                    .type = FieldType::text,
                    .fallback = "null",
                    .doc = "file whose first line is the password; else the environment's REDISCLI_AUTH"});
  fields.push_back(twin_rtt_field());
  return fields;
}

}  // namespace hitbench
