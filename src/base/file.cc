#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

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
  explicit Descriptor(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) throw cannot_read(path);
  }
  ~Descriptor() { close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool is_directory() const {
    struct stat info {};
    return fstat(fd_, &info) == 0 && S_ISDIR(info.st_mode);
  }
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

}  // namespace hitbench
