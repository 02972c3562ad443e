#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/error.h"

namespace hitbench {
namespace {

Error cannot_read(const std::string& path) {
  return usage_error(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)), "check the file's name");
}

class Descriptor {
 public:
  explicit Descriptor(const std::string& path, int flags = 0)
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | flags)) {
    if (fd_ < 0) throw cannot_read(path);
  }
  ~Descriptor() { close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool is_directory() const { return S_ISDIR(mode()); }
  mode_t mode() const {
    struct stat info {};
    return fstat(fd_, &info) == 0 ? info.st_mode : 0;
  }
  void wait_for_bytes() const { fcntl(fd_, F_SETFL, 0); }
  ssize_t read_some(std::vector<char>& block) const {
    ssize_t got = 0;
    do got = ::read(fd_, block.data(), block.size());
    while (got < 0 && errno == EINTR);
    return got;
  }

 private:
  int fd_;
};

}  // namespace

std::string read_file(const std::string& path, size_t bytes_max) {
  const Descriptor file(path);
  if (file.is_directory()) throw usage_error(path + ": is a directory", "name a file in it");
  std::string text;
  std::vector<char> block(size_t{64} << 10);
  for (;;) {
    const ssize_t got = file.read_some(block);
    if (got < 0) throw cannot_read(path);
    if (got == 0) return text;
    text.append(block.data(), static_cast<size_t>(got));
    if (text.size() > bytes_max) {
      throw usage_error(fmt::format("{}: larger than {} MiB", path, bytes_max >> 20), "check the file's name");
    }
  }
}

std::string read_first_line(const std::string& path, size_t bytes_max) {
  const Descriptor file(path, O_NONBLOCK);  // opening a named pipe would wait for whoever writes it
  const bool is_open_pipe = S_ISFIFO(file.mode()) && (path.starts_with("/dev/fd/") || path == "/dev/stdin");
  if (!S_ISREG(file.mode()) && !is_open_pipe) throw usage_error(path + ": is not a regular file", "name a text file");
  file.wait_for_bytes();
  std::string text;
  std::vector<char> block(size_t{4} << 10);
  size_t end = std::string::npos;
  while (end == std::string::npos && text.size() <= bytes_max) {
    const ssize_t got = file.read_some(block);
    if (got < 0) throw cannot_read(path);
    if (got == 0) break;
    text.append(block.data(), static_cast<size_t>(got));
    end = text.find('\n', text.size() - static_cast<size_t>(got));
  }
  text.resize(std::min(end, text.size()));
  if (text.ends_with('\r')) text.pop_back();  // an editor on Windows
  if (text.size() <= bytes_max) return text;
  throw usage_error(fmt::format("{}: its first line is longer than {} KiB", path, bytes_max >> 10),
                    "check the file's name");
}

}  // namespace hitbench
