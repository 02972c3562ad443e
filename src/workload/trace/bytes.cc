#include "workload/trace/bytes.h"

#include <fcntl.h>
#include <lzma.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace hitbench {
namespace {

constexpr size_t kChunk = size_t{256} << 10;
constexpr uint64_t kLzmaMemory = uint64_t{80} << 20;  // xz -9 needs 65 MiB to be read
constexpr const char* kReadable = "name a file that can be read, or - for standard input";

class FileBytes final : public ByteSource {
 public:
  explicit FileBytes(const std::string& path)
      : path_(path), fd_(path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) throw usage_error(path + ": " + std::strerror(errno), kReadable);
  }
  ~FileBytes() override { close(fd_); }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  size_t read(char* into, size_t most) override {
    ssize_t count = 0;
    do count = ::read(fd_, into, most);
    while (count < 0 && errno == EINTR);
    if (count < 0) throw usage_error(path_ + ": " + std::strerror(errno), kReadable);
    return static_cast<size_t>(count);
  }

 private:
  const std::string path_;
  const int fd_;
};

class BytesBefore final : public ByteSource {
 public:
  BytesBefore(std::string bytes, std::unique_ptr<ByteSource> rest) : bytes_(std::move(bytes)), rest_(std::move(rest)) {}

  size_t read(char* into, size_t most) override {
    if (at_ < bytes_.size()) {
      const size_t count = std::min(most, bytes_.size() - at_);
      std::memcpy(into, bytes_.data() + at_, count);
      at_ += count;
      return count;
    }
    return rest_ ? rest_->read(into, most) : 0;
  }

 private:
  std::string bytes_;
  size_t at_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

// What the decompressors have in common: a piece of compressed input at a time.
class Decompressed : public ByteSource {
 public:
  Decompressed(std::string path, std::unique_ptr<ByteSource> from)
      : path_(std::move(path)), from_(std::move(from)), piece_(kChunk) {}

 protected:
  // The next piece, if the last one is used up; empty at the end.
  std::string_view& input() {
    if (left_.empty()) left_ = {piece_.data(), from_->read(piece_.data(), piece_.size())};
    return left_;
  }
  [[noreturn]] void refuse(const std::string& what) const {
    throw usage_error(path_ + ": " + what, "make the file again, or cut off what is damaged");
  }

 private:
  const std::string path_;
  std::unique_ptr<ByteSource> from_;
  std::vector<char> piece_;
  std::string_view left_;
};

class GzipBytes final : public Decompressed {
 public:
  GzipBytes(const std::string& path, std::unique_ptr<ByteSource> from) : Decompressed(path, std::move(from)) {
    inflateInit2(&stream_, kWithGzipHeader);
  }
  ~GzipBytes() override { inflateEnd(&stream_); }

  size_t read(char* into, size_t most) override {
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(most, kChunk));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      std::string_view& left = input();
      if (left.empty() && !within_) return 0;
      if (left.empty()) refuse("the gzip file is cut off");
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(left.data()));
      stream_.avail_in = static_cast<uInt>(left.size());
      within_ = true;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      left.remove_prefix(left.size() - stream_.avail_in);
      if (status == Z_STREAM_END) {  // another file may follow in the same one, as after log rotation
        within_ = false;
        inflateReset(&stream_);
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        refuse("the gzip file is damaged");
      }
    }
    return room - stream_.avail_out;
  }

 private:
  static constexpr int kWithGzipHeader = 15 + 16;
  z_stream stream_ = {};
  bool within_ = false;  // a member
};

class ZstdBytes final : public Decompressed {
 public:
  ZstdBytes(const std::string& path, std::unique_ptr<ByteSource> from)
      : Decompressed(path, std::move(from)), stream_(ZSTD_createDStream()) {}
  ~ZstdBytes() override { ZSTD_freeDStream(stream_); }
  ZstdBytes(const ZstdBytes&) = delete;
  ZstdBytes& operator=(const ZstdBytes&) = delete;

  size_t read(char* into, size_t most) override {
    ZSTD_outBuffer out{.dst = into, .size = most, .pos = 0};
    while (out.pos == 0) {
      std::string_view& left = input();
      if (left.empty() && !within_) return 0;
      ZSTD_inBuffer in{.src = left.data(), .size = left.size(), .pos = 0};
      const bool ended = left.empty();
      const size_t status = ZSTD_decompressStream(stream_, &out, &in);
      if (ZSTD_isError(status)) refuse(std::string("zstd: ") + ZSTD_getErrorName(status));
      left.remove_prefix(in.pos);
      within_ = status != 0;
      if (ended && out.pos == 0 && within_) refuse("the zstd file is cut off");
    }
    return out.pos;
  }

 private:
  ZSTD_DStream* stream_;
  bool within_ = false;  // a frame
};

class XzBytes final : public Decompressed {
 public:
  XzBytes(const std::string& path, std::unique_ptr<ByteSource> from) : Decompressed(path, std::move(from)) {
    if (lzma_stream_decoder(&stream_, kLzmaMemory, LZMA_CONCATENATED) != LZMA_OK) throw std::bad_alloc();
  }
  ~XzBytes() override { lzma_end(&stream_); }
  XzBytes(const XzBytes&) = delete;
  XzBytes& operator=(const XzBytes&) = delete;

  size_t read(char* into, size_t most) override {
    stream_.next_out = reinterpret_cast<uint8_t*>(into);
    stream_.avail_out = most;
    while (stream_.avail_out == most && !ended_) {
      std::string_view& left = input();
      stream_.next_in = reinterpret_cast<const uint8_t*>(left.data());
      stream_.avail_in = left.size();
      const lzma_ret status = lzma_code(&stream_, left.empty() ? LZMA_FINISH : LZMA_RUN);
      left.remove_prefix(left.size() - stream_.avail_in);
      if (status == LZMA_STREAM_END) {
        ended_ = true;
      } else if (status == LZMA_MEMLIMIT_ERROR) {
        refuse("reading it would take more than 80 MiB of memory (xz -9 needs 65)");
      } else if (status == LZMA_BUF_ERROR) {
        refuse("the xz file is cut off");
      } else if (status != LZMA_OK) {
        refuse("the xz file is damaged");
      }
    }
    return most - stream_.avail_out;
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> bytes_before(std::string bytes, std::unique_ptr<ByteSource> rest) {
  return std::make_unique<BytesBefore>(std::move(bytes), std::move(rest));
}

std::unique_ptr<ByteSource> open_bytes(const std::string& path) {
  using namespace std::string_view_literals;
  auto file = std::make_unique<FileBytes>(path);
  std::string head(6, '\0');  // as long as the longest of these magic numbers
  size_t have = 0;
  for (size_t count = 1; have < head.size() && count > 0; have += count) {
    count = file->read(head.data() + have, head.size() - have);
  }
  head.resize(have);
  const bool gzip = head.starts_with("\x1f\x8b"sv), zstd = head.starts_with("\x28\xb5\x2f\xfd"sv),
             xz = head.starts_with(
                 "\xfd"
                 "7zXZ\0"sv);
  auto all = bytes_before(std::move(head), std::move(file));
  if (gzip) return std::make_unique<GzipBytes>(path, std::move(all));
  if (zstd) return std::make_unique<ZstdBytes>(path, std::move(all));
  if (xz) return std::make_unique<XzBytes>(path, std::move(all));
  return all;
}

}  // namespace hitbench
