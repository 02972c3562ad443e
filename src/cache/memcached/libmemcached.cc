// The cache "libmemcached": the same server as "memcached", through the client library that applications use. It
// blocks its thread, so every client is a process of its own (the thread model) with one connection.
#include <libmemcached/memcached.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/error.h"
#include "cache/connection_backend.h"
#include "cache/memcached/codec.h"
#include "cache/memcached/memory_limit.h"
#include "cache/memcached/server.h"
#include "cache/own_keys.h"
#include "cache/parts.h"
#include "cache/server_words.h"
#include "io/loop.h"

namespace hitbench {
namespace {

// An expiry that has passed: beyond 30 days memcached takes the number for a date, this one in January 1970.
constexpr time_t kExpired = 30 * 86400 + 1;

constexpr Duration kThreadRemovalPause = std::chrono::milliseconds(10);

struct Free {
  void operator()(memcached_st* client) const { memcached_free(client); }
  void operator()(char* bytes) const { std::free(bytes); }
};

// The library frees a result of its own making when all are fetched; this one stays.
struct FetchedResult {
  explicit FetchedResult(memcached_st* client) { memcached_result_create(client, &it); }
  ~FetchedResult() { memcached_result_free(&it); }
  FetchedResult(const FetchedResult&) = delete;
  FetchedResult& operator=(const FetchedResult&) = delete;
  memcached_result_st it;
};

class LibmemcachedCache final : public Cache, public Batch, public Owned {
 public:
  LibmemcachedCache(Loop& loop, const ServerBackend& server, const ConnectOptions& options)
      : loop_(loop),
        client_(memcached_create(nullptr)),
        result_(client_.get()),
        prefix_(server.key_prefix()),
        users_server_(server.users_server()),
        key_ttl_(server.key_ttl()),
        per_operation_(options.per_operation),
        timeout_(options.timeout),
        longest_wait_(options.timeout) {
    limit_memory_per_client();
    configure();
    const Address& address = server.address();
    const char* const where = address.host_or_path.c_str();
    const memcached_return_t added =
        address.unix ? memcached_server_add_unix_socket(client_.get(), where)
                     : memcached_server_add(client_.get(), where, static_cast<in_port_t>(address.port));
    const memcached_return_t code = added == MEMCACHED_SUCCESS ? memcached_version(client_.get()) : added;
    if (code == MEMCACHED_SUCCESS) return;
    throw environment_error("libmemcached at " + address.text() + ": " + memcached_strerror(nullptr, code),
                            "check that the server is running and answers");
  }

  Lookup get(Key key, Call& call) override {
    if (!keep_to(call.deadline)) return {};
    const Bytes name = full(key);
    size_t length = 0;
    uint32_t flags = 0;
    memcached_return_t code = MEMCACHED_FAILURE;
    const std::unique_ptr<char, Free> value(
        memcached_get(client_.get(), name.data(), name.size(), &length, &flags, &code));
    if (code == MEMCACHED_NOTFOUND) code = cause_of_absence();
    const Lookup::Status status = code == MEMCACHED_SUCCESS    ? Lookup::Status::hit
                                  : code == MEMCACHED_NOTFOUND ? Lookup::Status::miss
                                                               : Lookup::Status::failed;
    count(1, status != Lookup::Status::failed);
    if (status == Lookup::Status::hit) call.value.assign(value ? value.get() : "", length);
    finish(code);
    return {status, status == Lookup::Status::hit ? Bytes(call.value) : Bytes()};
  }

  Stored set(Key key, Bytes value, Duration ttl, Call& call) override {
    if (!keep_to(call.deadline)) return Stored::failed;
    if (users_server_) own_keys_.remember(key);
    const Bytes name = full(key);
    return stored(
        memcached_set(client_.get(), name.data(), name.size(), value.data(), value.size(), expiry_of(ttl), 0));
  }

  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    if (!keep_to(call.deadline)) return Stored::failed;
    if (users_server_) own_keys_.remember(key);
    const Bytes name = full(key);
    return stored(
        memcached_add(client_.get(), name.data(), name.size(), value.data(), value.size(), expiry_of(ttl), 0));
  }

  Stored erase(Key key, Call& call) override {
    if (!keep_to(call.deadline)) return Stored::failed;
    const Bytes name = full(key);
    return stored(memcached_delete(client_.get(), name.data(), name.size(), 0));
  }

  Batch* batch() override { return this; }
  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override {
    if (!keep_to(call.deadline)) {
      for (size_t i = 0; i < keys.size(); ++i) found(i, Lookup{});
      return;
    }
    ask_for(keys);
    size_t next = 0;  // the server answers in the order of the keys, and leaves out what it does not have
    const memcached_return_t code = fetch_all([&](const memcached_result_st& result) {
      const Bytes name(memcached_result_key_value(&result), memcached_result_key_length(&result));
      while (next < keys.size() && names_[next] != name) found(next++, {Lookup::Status::miss, {}});
      if (next == keys.size()) return;
      found(next++, {Lookup::Status::hit, {memcached_result_value(&result), memcached_result_length(&result)}});
    });
    const bool whole = code == MEMCACHED_END;
    count(keys.size(), whole);
    while (next < keys.size()) found(next++, {whole ? Lookup::Status::miss : Lookup::Status::failed, {}});
    finish(code);
  }

  // Memcached compares versions, not values: read both, then let what is still of that version expire.
  Owned* owned() override { return this; }
  Stored erase_if(Key key, Bytes token, Call& call) override {
    if (!keep_to(call.deadline)) return Stored::failed;
    memcached_behavior_set(client_.get(), MEMCACHED_BEHAVIOR_SUPPORT_CAS, 1);  // costs bytes on every get: only here
    ask_for({&key, 1});
    uint64_t version = 0;
    bool owned = false;
    const memcached_return_t code = fetch_all([&](const memcached_result_st& result) {
      version = memcached_result_cas(&result);
      owned = Bytes(memcached_result_value(&result), memcached_result_length(&result)) == token;
    });
    memcached_behavior_set(client_.get(), MEMCACHED_BEHAVIOR_SUPPORT_CAS, 0);
    count(1, code == MEMCACHED_END);
    if (code != MEMCACHED_END || (owned && version == 0)) return outcome(MEMCACHED_FAILURE);
    if (!owned) return outcome(MEMCACHED_NOTFOUND);
    const std::string& name = names_.front();
    return stored(memcached_cas(client_.get(), name.data(), name.size(), "", 0, kExpired, 0, version));
  }

  std::optional<Traffic> traffic() const override { return traffic_; }
  Tally take_words() override { return std::exchange(words_, {}); }

  uint64_t remove_own_keys(const std::function<void()>& progress) override {
    longest_wait_ = kRemovalPatience;
    Time last_success = loop_.now();
    std::string text;
    while (own_keys_.take(text)) {
      while (!remove(Key{0, text})) {
        if (loop_.now() - last_success > kRemovalPatience) return own_keys_.size() + 1;
        pause_thread(kThreadRemovalPause);
      }
      last_success = loop_.now();
      progress();
    }
    return 0;
  }

 private:
  // Where deleting is refused, an expiry that has passed does it too.
  bool remove(Key key) {
    Call call{.deadline = loop_.now() + longest_wait_};
    if (erase(key, call) != Stored::failed) return true;
    const Bytes name = full(key);
    if (!keep_to(call.deadline)) return false;
    return stored(memcached_set(client_.get(), name.data(), name.size(), "", 0, kExpired, 0)) != Stored::failed;
  }

  time_t expiry_of(Duration ttl) const { return static_cast<time_t>(memcached_ttl_s(std::min(ttl, key_ttl_))); }

  void configure() {
    const auto us = static_cast<uint64_t>(std::max<int64_t>(1000, timeout_ / std::chrono::microseconds(1)));
    const std::pair<memcached_behavior_t, uint64_t> settings[] = {
        {MEMCACHED_BEHAVIOR_BINARY_PROTOCOL, 0},
        {MEMCACHED_BEHAVIOR_TCP_NODELAY, 1},
        {MEMCACHED_BEHAVIOR_SND_TIMEOUT, us},
        {MEMCACHED_BEHAVIOR_RCV_TIMEOUT, us},
        // After a call that failed the library fails all others for so long and until the next whole second begins.
        {MEMCACHED_BEHAVIOR_RETRY_TIMEOUT, 0},
    };
    for (const auto& [name, value] : settings) memcached_behavior_set(client_.get(), name, value);
    wait_at_most(timeout_);
  }

  // The library knows no deadline of a call, but how long it polls its non-blocking socket: whole milliseconds, for
  // each wait again. So a call that waits several times (a large value, a new connection) may still overrun. False: the
  // deadline has passed.
  bool keep_to(Time deadline) {
    if (deadline == kNever) return wait_at_most(timeout_), true;
    const Duration left = deadline - loop_.now();
    if (left <= Duration{0}) return false;
    wait_at_most(std::min(left, longest_wait_));
    return true;
  }

  void wait_at_most(Duration time) {
    const int64_t ms = std::max<int64_t>(1, std::chrono::ceil<std::chrono::milliseconds>(time).count());
    if (ms == wait_ms_) return;
    wait_ms_ = ms;
    memcached_behavior_set(client_.get(), MEMCACHED_BEHAVIOR_POLL_TIMEOUT, static_cast<uint64_t>(ms));
    memcached_behavior_set(client_.get(), MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT, static_cast<uint64_t>(ms));
  }

  void ask_for(std::span<const Key> keys) {
    if (names_.size() < keys.size()) names_.resize(keys.size());
    name_texts_.clear();
    name_sizes_.clear();
    for (size_t i = 0; i < keys.size(); ++i) {
      names_[i].assign(prefix_).append(keys[i].text);
      name_texts_.push_back(names_[i].data());
      name_sizes_.push_back(names_[i].size());
    }
    asked_ = memcached_mget(client_.get(), name_texts_.data(), name_sizes_.data(), keys.size());
  }

  // Every answer there is; MEMCACHED_END when they are complete. Answers left unread would confuse the next call.
  template <class Take>
  memcached_return_t fetch_all(const Take& take) {
    memcached_return_t code = asked_;
    if (asked_ != MEMCACHED_SUCCESS) return code;
    while (const memcached_result_st* result = memcached_fetch_result(client_.get(), &result_.it, &code)) take(*result);
    if (code == MEMCACHED_NOTFOUND || code == MEMCACHED_END) code = cause_of_absence();
    return code == MEMCACHED_NOTFOUND ? MEMCACHED_END : code;
  }

  // The library says "not found" as well when it could not take what the server sent, a value for which there is no
  // memory: only what it notes as its last error tells one from the other.
  memcached_return_t cause_of_absence() const {
    const memcached_return_t last = memcached_last_error(client_.get());
    return is_answer(last) ? MEMCACHED_NOTFOUND : last;
  }

  Bytes full(Key key) {
    if (prefix_.empty()) return key.text;
    name_.assign(prefix_).append(key.text);
    return name_;
  }

  void count(uint64_t commands, bool answered) {
    traffic_.begun += commands;
    if (answered) traffic_.completed += commands;
  }

  // What a command to store or to delete came to.
  Stored stored(memcached_return_t code) {
    const Stored result = outcome(code);
    count(1, result != Stored::failed);
    return result;
  }

  Stored outcome(memcached_return_t code) {
    finish(code);
    if (code == MEMCACHED_SUCCESS || code == MEMCACHED_STORED || code == MEMCACHED_DELETED) return Stored::stored;
    if (code == MEMCACHED_NOTSTORED || code == MEMCACHED_NOTFOUND || code == MEMCACHED_DATA_EXISTS) {
      return Stored::not_stored;
    }
    return Stored::failed;
  }

  // What is no refusal: answers, "not there", "not stored".
  static bool is_answer(memcached_return_t code) {
    return code == MEMCACHED_SUCCESS || code == MEMCACHED_STORED || code == MEMCACHED_DELETED ||
           code == MEMCACHED_NOTSTORED || code == MEMCACHED_NOTFOUND || code == MEMCACHED_DATA_EXISTS ||
           code == MEMCACHED_END;
  }

  void finish(memcached_return_t code) {
    if (!is_answer(code)) note_refusal(words_, memcached_strerror(client_.get(), code));
    if (per_operation_) memcached_quit(client_.get());
  }

  Loop& loop_;
  const std::unique_ptr<memcached_st, Free> client_;
  FetchedResult result_;  // of get_many and erase_if
  const std::string prefix_;
  const bool users_server_;
  const Duration key_ttl_;
  const bool per_operation_;
  const Duration timeout_;
  Duration longest_wait_;  // for one answer
  int64_t wait_ms_ = 0;
  std::string name_;
  std::vector<std::string> names_;  // of several keys at once
  std::vector<const char*> name_texts_;
  std::vector<size_t> name_sizes_;
  memcached_return_t asked_ = MEMCACHED_FAILURE;
  Traffic traffic_;
  OwnKeys own_keys_;
  Tally words_;  // the library's, for it keeps the server's to itself
};

std::unique_ptr<Cache> connect_libmemcached(Loop& loop, const ServerBackend& server, const ConnectOptions& options) {
  return std::make_unique<LibmemcachedCache>(loop, server, options);
}

constexpr ServerKind kLibmemcached = [] {
  ServerKind kind = memcached_kind<MemcachedProtocol::Dialect::text>("libmemcached");
  kind.connect = &connect_libmemcached;
  return kind;
}();

}  // namespace

std::unique_ptr<Backend> make_libmemcached(const Params& params, const BackendContext& context) {
  return std::make_unique<ServerBackend>(kLibmemcached, params, context);
}

std::vector<Field> libmemcached_fields() {
  return memcached_server_fields("your own server: libmemcached://host:port or libmemcached+unix:///path");
}

}  // namespace hitbench
