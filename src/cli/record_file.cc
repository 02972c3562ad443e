#include "cli/record_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "base/error.h"

namespace hitbench {
namespace {

constexpr size_t kPiece = size_t{1} << 20;

Error cannot_record(const std::string& path, int error) {
  return environment_error(
      fmt::format("{}: could not be written: {}", path == "-" ? "stdout" : path, std::strerror(error)),
      "choose another place with --to, or let it end in .gz, which takes a tenth of the room");
}

int open_record(const std::string& path, bool& is_new) {
  if (path == "-") return dup(STDOUT_FILENO);
  constexpr int kHow = O_WRONLY | O_CLOEXEC | O_NOCTTY;
  const int created = open(path.c_str(), kHow | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
  is_new = created >= 0;
  if (is_new || errno != EEXIST) return created;
  struct stat old {};
  if (stat(path.c_str(), &old) == 0 && S_ISREG(old.st_mode) && old.st_size > 0) {
    throw usage_error(path + ": there is such a file already", "name another one with --to, or remove it");
  }
  return open(path.c_str(), kHow);
}

// A gzip file of its own; several of them, one behind the other, are one, too.
std::string gzipped(const std::string& text) {
  constexpr int kFastest = 1, kWithHeader = 15 + 16, kUsualMemory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, kFastest, Z_DEFLATED, kWithHeader, kUsualMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// How much could be written, and 0 or the error.
struct WrittenPart {
  size_t bytes = 0;
  int error = 0;
};

WrittenPart write_part(int descriptor, std::string_view bytes) {
  WrittenPart part;
  while (part.bytes < bytes.size() && part.error == 0) {
    const ssize_t written = write(descriptor, bytes.data() + part.bytes, bytes.size() - part.bytes);
    if (written >= 0) {
      part.bytes += static_cast<size_t>(written);
    } else if (errno != EINTR) {
      part.error = errno;
    }
  }
  return part;
}

// How much of the first so many bytes is whole lines.
size_t whole_lines(std::string_view text, size_t bytes) { return text.substr(0, bytes).rfind('\n') + 1; }

}  // namespace

RecordFile::RecordFile(const std::string& path)
    : path_(path), compress_(path.ends_with(".gz")), descriptor_(open_record(path, is_new_)) {
  if (descriptor_ < 0) throw cannot_record(path, errno);
}

RecordFile::~RecordFile() {
  if (descriptor_ < 0) return;
  if (is_new_ && written_ == 0) unlink(path_.c_str());
  close(descriptor_);
}

void RecordFile::add(std::string_view line) {
  pending_ += line;
  pending_ += '\n';
  if (pending_.size() >= kPiece) flush();
}

void RecordFile::flush() {
  if (pending_.empty()) return;
  const std::string packed = compress_ ? gzipped(pending_) : "";
  const WrittenPart part = write_part(descriptor_, compress_ ? packed : pending_);
  // Of a part its whole lines are kept; half a gzip file is nothing.
  const size_t text = part.error == 0 ? pending_.size() : compress_ ? 0 : whole_lines(pending_, part.bytes);
  written_ += compress_ && text > 0 ? part.bytes : text;
  text_ += text;
  lines_ += static_cast<uint64_t>(std::count(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(text), '\n'));
  pending_.clear();
  if (part.error == 0) return;
  [[maybe_unused]] const int ignored = ftruncate(descriptor_, static_cast<off_t>(written_));  // a pipe cannot be cut
  throw cannot_record(path_, part.error);
}

}  // namespace hitbench
