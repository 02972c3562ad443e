#include "cache/connection_backend.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "base/error.h"
#include "base/random_name.h"
#include "cache/connection_cache.h"
#include "cache/server_fields.h"
#include "cache/server_words.h"
#include "io/listener.h"
#include "io/processes.h"
#include "server/address.h"

namespace hitbench {
namespace {

// For the parent's own questions, between phases: generous, for nothing is measured then.
constexpr std::chrono::seconds kParentTimeout{2};

// Memcached takes a TTL of more than 30 days for a date.
constexpr std::chrono::hours kLongestKeyTtl{29 * 24};

// While a row runs, its faults wait for the answer; after a Ctrl-C, a user does.
constexpr std::chrono::milliseconds kWatchTimeout{200};
constexpr std::chrono::seconds kLookEvery{1};

// Whether `text` holds `count` replies, or something that never will be.
bool has_replies(const Protocol& protocol, std::string_view text, int count) {
  for (; count > 0; --count) {
    const ServerReply reply = protocol.parse(text);
    if (reply.kind == ServerReply::Kind::incomplete) return false;
    if (reply.kind == ServerReply::Kind::malformed) return true;
    text.remove_prefix(reply.bytes);
  }
  return true;
}

// Any other reason (no port or descriptor is free, nobody answered in time) says nothing about the server.
bool is_absence(std::string_view reason) {
  return reason == std::strerror(ECONNREFUSED) || reason == std::strerror(ENOENT);
}

}  // namespace

ServerBackend::ServerBackend(const ServerKind& kind, const Params& params, const BackendContext& context)
    : kind_(kind), params_(params), users_server_(params.has("address")), interrupted_(context.interrupted) {
  int database = 0;
  if (users_server_) {
    const ServerAddress parsed = parse_server_address(params.text("address"), kind.name, kind.default_port);
    address_ = parsed.address;
    database = parsed.database;
    may_evict_ = params.boolean("allow_evictions");
    key_ttl_ = std::min<Duration>(context.key_ttl, kLongestKeyTtl);
    refuse_private_fields(kind.name, params);
  }
  cpus_ = pinned_cpus(kind.name, params);
  if (params.has("key_prefix")) check_key_prefix(kind.name, params.text("key_prefix"), users_server_);
  if (!users_server_ && kind.lock_with != nullptr && kind.takes_secret(params)) secret_ = random_name();
  protocol_ = kind.protocol(params, users_server_, database, secret_);
  if (params.has("key_prefix")) {
    key_prefix_ = params.text("key_prefix");
  } else if (users_server_) {
    key_prefix_ = context.key_prefix.empty() ? "hitbench:" : context.key_prefix;
  }
}

void ServerBackend::start() {
  if (!users_server_) {
    private_ = std::make_unique<PrivateServer>(private_spec());
    address_ = private_->address();
    calibrate();
    return;
  }
  address_ = resolve(address_);
  std::string remedy;
  const std::string error = probe(address_, remedy);
  if (error.empty()) return;
  if (remedy.empty()) remedy = "start that server, correct \"address\", or leave it out for a private server";
  throw environment_error(std::string(kind_.name) + " at " + error, remedy);
}

PrivateServerSpec ServerBackend::private_spec() const {
  PrivateServerSpec spec;
  spec.name = kind_.name;
  spec.program = params_.has("server") ? params_.text("server") : std::string(kind_.program);
  spec.remedy = "sudo apt-get install " + std::string(kind_.package);
  spec.cpus = cpus_;
  spec.interrupted = interrupted_;
  spec.unix_socket = params_.text("transport") == "unix";
  // A user's program (a profiler, say) or arguments may have something to write.
  spec.is_killed = !params_.has("server") && !params_.has("config") && params_.texts("args").empty();
  spec.arguments = [this](const Address& address, const std::string& directory) {
    std::vector<std::string> argv = kind_.arguments(params_, address, directory);
    if (!secret_.empty()) {
      const std::vector<std::string> lock = kind_.lock_with(secret_, directory);
      argv.insert(argv.end(), lock.begin(), lock.end());
    }
    const std::vector<std::string>& more = params_.texts("args");
    argv.insert(argv.end(), more.begin(), more.end());
    if (!kind_.last_argument.empty()) argv.emplace_back(kind_.last_argument);
    return argv;
  };
  spec.probe = [this](const Address& address) {
    std::string remedy;
    return probe(address, remedy);
  };
  return spec;
}

std::string ServerBackend::probe(const Address& address, std::string& remedy) const {
  const Connected connected = connect_blocking(address, kParentTimeout);
  if (!connected.socket.is_open()) return connected.error;
  const std::string error = greet(connected.socket, kParentTimeout, remedy);
  return error.empty() ? "" : address.text() + ": " + error;
}

// Empty, or why the server is of no use to us.
std::string ServerBackend::greet(const Socket& socket, Duration patience, std::string& remedy) const {
  const Protocol::Greeting greeting = protocol_->greeting_and_probe();
  const auto is_whole = [&](std::string_view text) { return has_replies(*protocol_, text, greeting.replies); };
  const Reply answer = request_blocking(socket, greeting.request, is_whole, patience);
  if (answer.error == "timed out") return "it accepts connections but does not answer";
  if (!answer.error.empty()) return answer.error;
  std::string_view text = answer.text;
  for (int left = greeting.replies; left > 0; --left) {
    const ServerReply reply = protocol_->parse(text);
    if (reply.kind != ServerReply::Kind::stored) {
      const std::string error(reply.value);
      remedy = remedy_for(error);
      return error.empty() ? "it speaks another protocol" : "it answers \"" + error + "\"";
    }
    text.remove_prefix(reply.bytes);
  }
  return "";
}

std::unique_ptr<Cache> ServerBackend::connect(Loop& loop, const ConnectOptions& options) {
  if (kind_.connect != nullptr) return kind_.connect(loop, *this, options);
  return connect_server_cache(
      loop, {std::string(kind_.name), address_, protocol_, key_prefix_, users_server_, key_ttl_}, options);
}

void ServerBackend::fault(const Fault& fault) {
  CHECK(private_ != nullptr);
  if (fault.action == Fault::Action::kill) private_->kill();
  if (fault.action == Fault::Action::stop) private_->process().signal(SIGSTOP);
}

void ServerBackend::heal(const Fault& fault) {
  if (fault.action == Fault::Action::kill) private_->restart();
  if (fault.action == Fault::Action::stop) private_->process().signal(SIGCONT);
}

CacheLimits ServerBackend::limits() const {
  if (kind_.limits == nullptr) return {};
  CacheLimits limits = kind_.limits(params_, users_server_);
  const bool runs_own = users_server_ && !params_.has("key_prefix");
  limits.prefix_bytes = runs_own ? kRunPrefixBytes : key_prefix_.size();
  return limits;
}

// A server that is down or hangs has no figures: the run goes on without them.
BackendUsage ServerBackend::usage() {
  const bool hurries = interrupted_ != nullptr && *interrupted_;
  BackendUsage usage = usage_within(hurries ? Duration{kWatchTimeout} : Duration{kParentTimeout});
  if (usage.version.empty() || usage.rss_bytes) return usage;
  for (const pid_t process : processes()) {
    if (const auto resident = rss_bytes(process)) usage.rss_bytes = usage.rss_bytes.value_or(0) + *resident;
  }
  return usage;
}

// Of the server, where it is on this machine and we may see them. A user's are looked for once, and again when one of
// them is not there any more. What listens here may be a tunnel to a server elsewhere: the server's own pid must be
// among them.
std::vector<pid_t> ServerBackend::processes() {
  if (private_) return members_of(private_->process().pid());
  const auto is_there = [](pid_t process) { return rss_bytes(process).has_value(); };
  if (listening_ && std::all_of(listening_->begin(), listening_->end(), is_there)) return *listening_;
  if (!visits_.pid) return {};
  listening_ = listening_processes(address_);
  const auto is_server = [&](pid_t process) { return visits_.pid == static_cast<uint64_t>(process); };
  if (std::none_of(listening_->begin(), listening_->end(), is_server)) listening_->clear();
  return *listening_;
}

BackendUsage ServerBackend::usage_within(Duration patience) {
  visits_.now.reset();
  const Connected connected = connect_blocking(address_, patience);
  const bool open = connected.socket.is_open();
  visits_.connected = open || !is_absence(connected.reason);
  if (!open) return {};
  ++visits_.made;
  ++visits_.failed;
  std::string ignored;
  if (!greet(connected.socket, patience, ignored).empty()) return {};
  const Reply answer = request_blocking(connected.socket, kind_.usage_request, kind_.is_whole_usage, patience);
  if (!answer.error.empty()) return {};
  --visits_.failed;
  BackendUsage usage = kind_.usage(answer.text);
  visits_.now = usage.commands;
  // What the application asked, and not what we did.
  if (usage.commands) *usage.commands -= std::min(*usage.commands, visits_.cost * visits_.made);
  if (visits_.pid && usage.pid && *visits_.pid != *usage.pid) visits_.connected = false;
  if (!visits_.pid) visits_.pid = usage.pid;
  return usage;
}

std::optional<ThreadTimes> ServerBackend::thread_times() { return hitbench::thread_times(processes()); }

// What a visit adds to the server's count: the difference of two, before anybody else visits.
void ServerBackend::calibrate() {
  usage();
  const std::optional<uint64_t> first = visits_.now;
  usage();
  visits_.before.reset();
  if (first && visits_.now) {
    visits_.cost = *visits_.now - std::min(*first, *visits_.now);
    visits_.before = visits_.now;
  }
  visits_.made = visits_.failed = 0;
}

std::string ServerBackend::intrusion(const Traffic& ours) {
  if (!private_) return {};
  private_->look_after();
  private_->check_listener();
  if (!visits_.connected) private_->has_died("it was away, or is another process now");
  if (!visits_.before || !visits_.now) return {};  // it does not tell what it counts
  const uint64_t counted = *visits_.now - std::min(*visits_.before, *visits_.now);
  return disagreement(counted, ours, visits_.cost * visits_.made, visits_.cost * visits_.failed);
}

std::string disagreement(uint64_t counted, const Traffic& ours, uint64_t visits, uint64_t failed_visits) {
  const uint64_t least = ours.completed + visits - failed_visits, most = ours.begun + visits;
  if (counted >= least && (!ours.bounded || counted <= most)) return {};
  return "somebody else used this server: it counts " + std::to_string(counted) + " commands, hitbench had " +
         std::to_string(least) + " answered" +
         (ours.bounded ? " and " + std::to_string(most) + " begun" : std::string());
}

void write_secret(const std::string& path, const std::string& content) {
  const Socket file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  const bool written =
      file.is_open() && write(file.fd(), content.data(), content.size()) == static_cast<ssize_t>(content.size());
  if (!written) throw environment_error("cannot write " + path + ": " + std::strerror(errno));
}

std::string ServerBackend::make_room_for(const DataSet& data) {
  if (!users_server_) return "";
  room_ = std::make_unique<SharedRoom>(
      ServerWords{std::string(kind_.name) + " at " + address_.text(), std::string(kind_.limit_name), address_.port},
      may_evict_);
  const uint64_t entry = (data.entries == 0 ? 0 : data.bytes / data.entries) + key_prefix_.size();
  const uint64_t connections = data.connections + 1;  // that of our own questions
  const uint64_t bytes = data.entries * kind_.entry_bytes(entry) + connections * kind_.connection_bytes;
  return room_->take(data, bytes, usage());
}

void ServerBackend::check_evictions() {
  if (room_) room_->check(usage_within(kWatchTimeout));
}

// A question a second is no load for a server that is measured.
void ServerBackend::look_after() {
  if (private_) private_->look_after();
  const auto now = std::chrono::steady_clock::now();
  const bool ends = interrupted_ != nullptr && *interrupted_;  // then the row looks when its phase is over
  if (!room_ || ends || now < next_look_) return;
  check_evictions();
  next_look_ = now + kLookEvery;
}

std::optional<KeyMarks> ServerBackend::marks() const {
  if (!users_server_) return std::nullopt;
  return KeyMarks{key_prefix_, key_ttl_};
}

}  // namespace hitbench
