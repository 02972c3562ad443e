#include "workload/trace/compact_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/check.h"
#include "base/error.h"

namespace hitbench {
namespace {

constexpr size_t kWriteBuffer = size_t{1} << 20;
constexpr const char* kMagic = "HBTRACE1";  // the digit is the version
constexpr size_t kMagicBytes = 8;

enum CompactFlag : uint32_t { kHasTimes = 1, kHasWholeSeconds = 2, kIsOfCache = 4 };

struct CompactHeader {
  char magic[kMagicBytes];
  uint32_t flags;
  uint32_t keys;
  uint64_t requests;
  int64_t start_ns, unit_ns, span_ns;
  uint64_t ttls, texts_bytes, facts_bytes;
};
static_assert(sizeof(CompactHeader) == 72);

// Where each part begins, which follows from the header.
struct CompactPlaces {
  explicit CompactPlaces(const CompactHeader& header)
      : requests(sizeof(CompactHeader)),
        ttls(requests + header.requests * sizeof(CompactRequest)),
        keys(ttls + header.ttls * sizeof(int64_t)),
        starts(keys + header.keys * sizeof(CompactKey)),
        texts(starts + (uint64_t{header.keys} + 1) * sizeof(uint64_t)),
        facts(texts + header.texts_bytes),
        end(facts + header.facts_bytes) {}
  uint64_t requests, ttls, keys, starts, texts, facts, end;
};

// Larger than any disk: sums of products of these cannot overflow.
bool is_plausible(const CompactHeader& header) {
  constexpr uint64_t kMost = uint64_t{1} << 48;
  return header.requests < kMost && header.ttls <= UINT16_MAX && header.texts_bytes < kMost &&
         header.facts_bytes < kMost && header.unit_ns > 0 && header.span_ns >= 0;
}

std::string text_of(const CompactFacts& facts) {
  const TraceCounts& counts = facts.counts;
  nlohmann::json json = {{"format", facts.format},
                         {"malformed", counts.malformed},
                         {"lost", counts.lost},
                         {"left_out", counts.left_out},
                         {"first_malformed", counts.first_malformed}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

class MappedTrace final : public CompactTrace {
 public:
  MappedTrace(std::string path, int fd) : path_(std::move(path)) {
    struct stat about = {};
    fstat(fd, &about);
    size_ = static_cast<size_t>(about.st_size);
    if (size_ < sizeof(CompactHeader)) damaged("it is cut off");
    void* const at = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) throw environment_error(path_ + ": " + std::strerror(errno));
    base_ = static_cast<const char*>(at);
    try {
      read_parts();
    } catch (...) {
      munmap(at, size_);
      throw;
    }
  }
  ~MappedTrace() override { munmap(const_cast<char*>(base_), size_); }
  MappedTrace(const MappedTrace&) = delete;
  MappedTrace& operator=(const MappedTrace&) = delete;

  std::span<const CompactRequest> requests() const override { return requests_; }
  uint32_t keys() const override { return static_cast<uint32_t>(keys_.size()); }
  std::string_view key_text(uint32_t key) const override {
    return {texts_ + starts_[key], static_cast<size_t>(starts_[key + 1] - starts_[key])};
  }
  uint32_t key_bytes(uint32_t key) const override { return keys_[key].key_bytes; }
  uint32_t last_bytes(uint32_t key) const override { return keys_[key].last_bytes; }
  std::optional<Duration> ttl_of(const CompactRequest& request) const override {
    if (request.ttl == 0) return std::nullopt;
    return Duration(ttls_[request.ttl - 1U]);
  }
  bool has_times() const override { return (header_.flags & kHasTimes) != 0; }
  bool has_whole_seconds() const override { return (header_.flags & kHasWholeSeconds) != 0; }
  bool is_of_cache() const override { return (header_.flags & kIsOfCache) != 0; }
  Duration start() const override { return Duration(header_.start_ns); }
  Duration unit() const override { return Duration(header_.unit_ns); }
  Duration span() const override { return Duration(header_.span_ns); }
  const TraceCounts& counts() const override { return counts_; }
  const std::string& format() const override { return format_; }

 private:
  template <class Part>
  std::span<const Part> part(uint64_t at, uint64_t count) const {
    return {reinterpret_cast<const Part*>(base_ + at), static_cast<size_t>(count)};
  }

  void read_parts() {
    std::memcpy(&header_, base_, sizeof header_);
    if (!is_plausible(header_)) damaged("its header makes no sense");
    const CompactPlaces places(header_);
    if (places.end != size_) damaged("it is cut off, or longer than its header says");
    requests_ = part<CompactRequest>(places.requests, header_.requests);
    ttls_ = part<int64_t>(places.ttls, header_.ttls);
    keys_ = part<CompactKey>(places.keys, header_.keys);
    starts_ = part<uint64_t>(places.starts, uint64_t{header_.keys} + 1);
    texts_ = base_ + places.texts;
    check_references();
    read_facts({base_ + places.facts, static_cast<size_t>(header_.facts_bytes)});
  }

  // Whoever reads a request looks into these tables without asking again.
  void check_references() const {
    uint32_t before = 0;
    for (const CompactRequest& request : requests_) {
      if (request.key >= header_.keys || request.ttl > header_.ttls || request.time < before ||
          static_cast<uint32_t>(request.operation()) > static_cast<uint32_t>(TraceOperation::fill)) {
        damaged("a request in it makes no sense");
      }
      before = request.time;
    }
    for (size_t key = 0; key < keys_.size(); ++key) {
      if (starts_[key] > starts_[key + 1]) damaged("its keys make no sense");
    }
    if (starts_.front() != 0 || starts_.back() != header_.texts_bytes) damaged("its keys make no sense");
  }

  void read_facts(std::string_view text) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    try {
      format_ = json.at("format").get<std::string>();
      counts_.malformed = json.at("malformed").get<uint64_t>();
      counts_.lost = json.at("lost").get<uint64_t>();
      counts_.left_out = json.at("left_out").get<std::map<std::string, uint64_t>>();
      counts_.first_malformed = json.at("first_malformed").get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception&) {
      damaged("its description makes no sense");
    }
    counts_.requests = header_.requests;
  }

  [[noreturn]] void damaged(const std::string& why) const {
    throw usage_error(path_ + ": a damaged compact trace: " + why,
                      "convert the trace again with `hitbench trace --to`");
  }

  const std::string path_;
  const char* base_ = nullptr;
  size_t size_ = 0;
  CompactHeader header_ = {};
  std::span<const CompactRequest> requests_;
  std::span<const int64_t> ttls_;
  std::span<const CompactKey> keys_;
  std::span<const uint64_t> starts_;
  const char* texts_ = nullptr;
  TraceCounts counts_;
  std::string format_;
};

int nameless_in(const std::string& folder) {
  const int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  if (fd >= 0 || errno != EOPNOTSUPP) return fd;
  std::string name = folder + "/hitbench-XXXXXX";  // where the file system has no files without names
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) unlink(name.c_str());
  return named;
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

[[noreturn]] void refuse_writing(const std::string& path) {
  throw environment_error(path + ": " + std::strerror(errno),
                          "a compact trace takes 16 bytes a request and the text of each key once; make room, or name "
                          "another folder (TMPDIR, where no file was named)");
}

}  // namespace

int open_nameless() {
  const char* const named = std::getenv("TMPDIR");
  const std::string folder = named != nullptr && *named != '\0' ? named : "/tmp";
  const int fd = nameless_in(folder);
  if (fd < 0) refuse_writing(folder);
  return fd;
}

CompactWriter::CompactWriter(const std::string& path)
    : path_(path), fd_(path.empty() ? open_nameless() : nameless_in(folder_of(path))) {
  if (fd_ < 0) refuse_writing(path_);
  buffer_.reserve(kWriteBuffer);
  const CompactHeader later = {};
  write(&later, sizeof later);
}

CompactWriter::~CompactWriter() { close(fd_); }

void CompactWriter::add(const CompactRequest& request) {
  write(&request, sizeof request);
  ++requests_;
}

void CompactWriter::write(const void* bytes, size_t count) {
  const char* const from = static_cast<const char*>(bytes);
  buffer_.insert(buffer_.end(), from, from + count);
  if (buffer_.size() >= kWriteBuffer) flush();
}

void CompactWriter::flush() {
  for (size_t done = 0; done < buffer_.size();) {
    const ssize_t count = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse_writing(path_.empty() ? "a temporary file" : path_);
    done += static_cast<size_t>(count);
  }
  buffer_.clear();
}

std::shared_ptr<const CompactTrace> CompactWriter::finish(const CompactFacts& facts,
                                                          const std::vector<CompactKey>& keys,
                                                          const std::vector<std::string_view>& texts) {
  CHECK(keys.size() == texts.size());
  write(facts.ttls_ns.data(), facts.ttls_ns.size() * sizeof(int64_t));
  write(keys.data(), keys.size() * sizeof(CompactKey));
  uint64_t texts_bytes = 0;
  write(&texts_bytes, sizeof texts_bytes);
  for (const std::string_view text : texts) {
    texts_bytes += text.size();
    write(&texts_bytes, sizeof texts_bytes);
  }
  for (const std::string_view text : texts) write(text.data(), text.size());
  const std::string about = text_of(facts);
  write(about.data(), about.size());
  flush();
  CompactHeader header = {.magic = {},
                          .flags = (facts.has_times ? kHasTimes : 0U) |
                                   (facts.has_whole_seconds ? kHasWholeSeconds : 0U) |
                                   (facts.is_of_cache ? kIsOfCache : 0U),
                          .keys = static_cast<uint32_t>(keys.size()),
                          .requests = requests_,
                          .start_ns = facts.start_ns,
                          .unit_ns = facts.unit_ns,
                          .span_ns = facts.span_ns,
                          .ttls = facts.ttls_ns.size(),
                          .texts_bytes = texts_bytes,
                          .facts_bytes = about.size()};
  std::memcpy(header.magic, kMagic, kMagicBytes);
  if (pwrite(fd_, &header, sizeof header, 0) != sizeof header) refuse_writing(path_);
  if (!path_.empty()) {  // whole or not at all: it gets its name now
    const std::string beside = path_ + ".hitbench-" + std::to_string(getpid());
    const std::string open_file = "/proc/self/fd/" + std::to_string(fd_);
    if (linkat(AT_FDCWD, open_file.c_str(), AT_FDCWD, beside.c_str(), AT_SYMLINK_FOLLOW) != 0) refuse_writing(path_);
    if (rename(beside.c_str(), path_.c_str()) != 0) {
      const int reason = errno;
      unlink(beside.c_str());
      errno = reason;
      refuse_writing(path_);
    }
  }
  return std::make_shared<MappedTrace>(path_.empty() ? "the converted trace" : path_, fd_);
}

std::shared_ptr<const CompactTrace> map_compact(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return nullptr;
  char magic[kMagicBytes] = {};
  const bool is_ours =
      pread(fd, magic, kMagicBytes, 0) == kMagicBytes && std::memcmp(magic, kMagic, kMagicBytes - 1) == 0;
  std::shared_ptr<const CompactTrace> trace;
  if (is_ours && magic[kMagicBytes - 1] != kMagic[kMagicBytes - 1]) {
    close(fd);
    throw usage_error(path + ": a compact trace of another version of hitbench", "convert the trace again");
  }
  if (is_ours) trace = std::make_shared<MappedTrace>(path, fd);
  close(fd);
  return trace;
}

}  // namespace hitbench
