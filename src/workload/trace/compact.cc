#include "workload/trace/compact.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "workload/trace/compact_file.h"
#include "workload/trace/key_table.h"
#include "workload/trace/reader.h"
#include "workload/trace/selection.h"

namespace hitbench {
namespace {

constexpr uint32_t kMostKeys = UINT32_MAX - 1;
constexpr size_t kExactTtls = size_t{1} << 15;  // different ones; further ones are rounded to two digits

// A request before the trace's start and span are known.
struct RawRequest {
  int64_t time_ns;
  CompactRequest compact;
};

// Raw requests on their way through a file without a name, which is then mapped and put into order.
class Spill {
 public:
  Spill() : fd_(open_nameless()) { buffer_.reserve(kBuffered); }
  ~Spill() {
    if (mapped_ != nullptr) munmap(mapped_, size_ * sizeof(RawRequest));
    close(fd_);
  }
  Spill(const Spill&) = delete;
  Spill& operator=(const Spill&) = delete;

  void add(const RawRequest& request) {
    buffer_.push_back(request);
    if (buffer_.size() == kBuffered) flush();
  }

  std::span<RawRequest> all() {
    flush();
    void* const at = mmap(nullptr, size_ * sizeof(RawRequest), PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    if (at == MAP_FAILED) throw environment_error(std::string("a temporary file: ") + std::strerror(errno));
    mapped_ = static_cast<RawRequest*>(at);
    return {mapped_, size_};
  }

 private:
  static constexpr size_t kBuffered = size_t{1} << 15;

  void flush() {
    const char* from = reinterpret_cast<const char*>(buffer_.data());
    for (size_t left = buffer_.size() * sizeof(RawRequest); left > 0;) {
      const ssize_t count = write(fd_, from, left);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        throw environment_error(std::string("a temporary file: ") + std::strerror(errno),
                                "converting a trace takes 40 bytes a request in TMPDIR; make room, or name another "
                                "folder");
      }
      from += count;
      left -= static_cast<size_t>(count);
    }
    size_ += buffer_.size();
    buffer_.clear();
  }

  const int fd_;
  std::vector<RawRequest> buffer_;
  size_t size_ = 0;
  RawRequest* mapped_ = nullptr;
};

// 11 bits and a shift of at most 31: up to 73 minutes.
uint16_t origin_time_bits(Duration time) {
  constexpr int kBits = 11, kMostShift = 31;
  const auto ns = static_cast<uint64_t>(std::max<int64_t>(time.count(), 1));
  const int shift = std::max(0, static_cast<int>(std::bit_width(ns)) - kBits);
  if (shift > kMostShift) return UINT16_MAX;
  return static_cast<uint16_t>(shift << kBits | static_cast<int>(ns >> shift));
}

// The finest of 1, 2, 5, 10, 20, 50... ns in which the span fits 32 bits: whole seconds stay whole in each of them.
int64_t unit_for(int64_t span_ns) {
  constexpr int64_t kMostUnits = UINT32_MAX;
  for (int64_t power = 1;; power *= 10) {
    for (const int64_t unit : {power, 2 * power, 5 * power}) {
      if (span_ns / unit <= kMostUnits) return unit;
    }
  }
}

int64_t rounded_to_two_digits(int64_t value) {
  int64_t unit = 1;
  while (value / unit >= 100) unit *= 10;
  return value / unit * unit;
}

class Compactor {
 public:
  Compactor(const TraceSpec& spec, const Registry& registry, const std::string& path)
      : opened_(open_trace(spec.format, spec.file, registry)),
        selection_(spec, std::move(opened_.reader), opened_.format),
        writer_(path),
        file_(spec.file) {}

  std::shared_ptr<const CompactTrace> convert(const CompactSetting& setting) {
    Request request;
    while (selection_.next(request)) take(request);
    facts_.format = opened_.format;
    facts_.is_of_cache = is_of_cache();
    facts_.has_whole_seconds = facts_.has_times && selection_.reader().has_whole_seconds();
    facts_.counts = selection_.counts();
    const std::span<RawRequest> all = spill_.all();
    put_into_order(all);
    return finish(all, setting);
  }

 private:
  bool is_of_cache() const { return opened_.is_of_cache || selection_.reader().tells_hits(); }

  struct KeyState {
    bool awaits_fill = false;  // it was asked for, and not known to have been found
    bool ever_there = false;   // stored or found
  };

  void take(const Request& request) {
    const uint32_t key = table_.number_of(request.key);
    if (key == keys_.size()) {
      if (key == kMostKeys) throw usage_error(file_ + ": more than 4 billion keys", "take a sample of the keys");
      keys_.push_back({.key_bytes = static_cast<uint32_t>(request.key_bytes.value_or(request.key.size())),
                       .last_bytes = CompactRequest::kUnknownBytes});
      states_.emplace_back();
    }
    const TraceOperation operation = operation_of(request, states_[key]);
    uint32_t bytes = CompactRequest::kUnknownBytes;
    const bool absent = request.found == false;  // what came instead is no value
    if (request.value_bytes && !absent) {
      bytes = static_cast<uint32_t>(std::min<uint64_t>(*request.value_bytes, CompactRequest::kUnknownBytes - 1));
      keys_[key].last_bytes = bytes;
    }
    if (request.time) {
      facts_.has_times = true;
      last_time_ns_ = request.time->count();
    }
    spill_.add(
        {.time_ns = last_time_ns_,
         .compact = {
             .key = key,
             .time = 0,
             .bytes_and_operation = bytes | static_cast<uint32_t>(operation) << 28 | (absent ? uint32_t{1} << 31 : 0U),
             .ttl = request.ttl ? place_of(*request.ttl) : uint16_t{0},
             .origin_time = request.origin_time ? origin_time_bits(*request.origin_time) : uint16_t{0}}});
  }

  TraceOperation operation_of(const Request& request, KeyState& state) const {
    const bool awaited = std::exchange(state.awaits_fill, false);
    switch (request.operation.value_or(Action::read)) {
      case Action::read:
        if (request.found == true) state.ever_there = true;
        state.awaits_fill = is_of_cache() && request.found != true;
        return TraceOperation::read;
      case Action::write:
        state.ever_there = true;
        return awaited ? TraceOperation::fill : TraceOperation::write;
      case Action::insert:  // of a compact trace, whose fills are known
        state.ever_there = true;
        return TraceOperation::fill;
      case Action::modify:
        state.ever_there = true;
        return TraceOperation::modify;
      case Action::erase:
        return TraceOperation::erase;
    }
    return TraceOperation::read;
  }

  uint16_t place_of(Duration ttl) {
    int64_t ns = std::max<int64_t>(ttl.count(), 1);
    if (facts_.ttls_ns.size() >= kExactTtls) ns = rounded_to_two_digits(ns);
    const auto [at, is_new] = ttls_.emplace(ns, static_cast<uint16_t>(facts_.ttls_ns.size() + 1));
    if (is_new) facts_.ttls_ns.push_back(ns);
    return at->second;
  }

  // Servers write a line when a request has ended, or by threads: lines are nearly in order.
  static void put_into_order(std::span<RawRequest> all) {
    const auto earlier = [](const RawRequest& a, const RawRequest& b) { return a.time_ns < b.time_ns; };
    if (!std::is_sorted(all.begin(), all.end(), earlier)) std::stable_sort(all.begin(), all.end(), earlier);
  }

  std::shared_ptr<const CompactTrace> finish(std::span<const RawRequest> all, const CompactSetting& setting) {
    if (facts_.has_times) {
      facts_.start_ns = all.front().time_ns;
      facts_.span_ns = all.back().time_ns - facts_.start_ns;
      facts_.unit_ns = unit_for(facts_.span_ns);
    }
    for (const RawRequest& raw : all) {
      CompactRequest request = raw.compact;
      request.time = static_cast<uint32_t>((raw.time_ns - facts_.start_ns) / facts_.unit_ns);
      // A miss of a cache is not yet a row that is not there: only if nobody ever stored or found one.
      if (is_of_cache() && states_[request.key].ever_there) request.bytes_and_operation &= ~(uint32_t{1} << 31);
      writer_.add(request);
    }
    std::vector<std::string> hashes;
    std::vector<std::string_view> texts(table_.size());
    if (setting.anonymous) hashes = hashes_of_keys();
    for (uint32_t key = 0; key < table_.size(); ++key) {
      texts[key] = setting.anonymous ? std::string_view(hashes[key]) : table_.text(key);
    }
    return writer_.finish(facts_, keys_, texts);
  }

  // HMAC-SHA-256 by a key that is forgotten, its first 64 bits: nobody can try whether a guessed key is among them.
  std::vector<std::string> hashes_of_keys() const {
    std::array<unsigned char, 32> secret = {};
    if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1) {
      throw environment_error("the system has no random numbers");
    }
    std::vector<std::string> hashes;
    hashes.reserve(table_.size());
    for (uint32_t key = 0; key < table_.size(); ++key) {
      const std::string_view text = table_.text(key);
      std::array<unsigned char, EVP_MAX_MD_SIZE> digest = {};
      unsigned int size = 0;
      HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
      std::string hash;
      for (size_t i = 0; i < 8; ++i) {
        hash += "0123456789abcdef"[digest[i] >> 4];
        hash += "0123456789abcdef"[digest[i] & 15];
      }
      hashes.push_back(std::move(hash));
    }
    OPENSSL_cleanse(secret.data(), secret.size());
    return hashes;
  }

  OpenedTrace opened_;
  TraceSelection selection_;
  CompactWriter writer_;
  const std::string file_;
  Spill spill_;
  KeyTable table_;
  std::vector<CompactKey> keys_;
  std::vector<KeyState> states_;
  std::unordered_map<int64_t, uint16_t> ttls_;
  CompactFacts facts_;
  int64_t last_time_ns_ = 0;
};

}  // namespace

namespace {

// As it is mapped; null where it is in another form.
std::shared_ptr<const CompactTrace> if_compact(const TraceSpec& spec) {
  return spec.format == "auto" || spec.format == "hbt" ? map_compact(spec.file) : nullptr;
}

TraceSpec named(TraceSpec spec, bool is_compact) {
  if (is_compact) spec.format = "hbt";
  return spec;
}

// Where it is to be written: never in place of what is no file, and behind a symbolic link.
std::string target_of_compact(const std::string& path) {
  namespace fs = std::filesystem;
  if (path == "-") throw usage_error("--to -: the compact form needs a file, not a stream", "name one: --to trace.hbt");
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) {
    throw usage_error("--to " + path + ": it is no regular file", "name another one: --to trace.hbt");
  }
  return fs::is_symlink(path, error) ? fs::weakly_canonical(path, error).string() : path;
}

}  // namespace

std::shared_ptr<const CompactTrace> load_trace(const TraceSpec& spec, const Registry& registry) {
  const bool is_wanted_whole =
      spec.key == "url" && !spec.from && !spec.to && spec.sample == 1 && spec.reads.empty() && spec.writes.empty();
  auto trace = if_compact(spec);
  if (trace && is_wanted_whole) return trace;
  return Compactor(named(spec, trace != nullptr), registry, "").convert({});
}

std::shared_ptr<const CompactTrace> write_compact(const TraceSpec& spec, const std::string& path,
                                                  const CompactSetting& setting, const Registry& registry) {
  const std::string target = target_of_compact(path);
  return Compactor(named(spec, if_compact(spec) != nullptr), registry, target).convert(setting);
}

}  // namespace hitbench
