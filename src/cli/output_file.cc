#include "cli/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace hitbench {
namespace {

Error cannot_write(const std::string& path, int error) {
  return environment_error(
      fmt::format("{}: could not be written: {}", path.empty() ? "stdout" : path, std::strerror(error)),
      "choose another place with --output");
}

// Names of what is open already.
std::optional<int> descriptor_of(std::string_view path) {
  if (path.empty() || path == "-" || path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    const std::string_view number = path.substr(folder.size());
    int descriptor = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), descriptor);
    if (error == std::errc() && end == number.data() + number.size() && descriptor >= 0) return descriptor;
  }
  return std::nullopt;
}

// With its slash; empty where the name has none.
std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

std::string readable_folder(const std::string& path) {
  const std::string folder = folder_of(path);
  return folder.empty() ? "." : folder;
}

// The file that a chain of symbolic links leads to, there or not.
std::string target_of(const std::string& path) {
  constexpr int kMostLinks = 40;  // as in the kernel
  std::string target = path;
  for (int links = 0; links < kMostLinks; ++links) {
    char link[PATH_MAX];
    const ssize_t size = readlink(target.c_str(), link, sizeof link);
    if (size < 0) return target;
    const std::string next(link, static_cast<size_t>(size));
    target = next.starts_with('/') ? next : folder_of(target) + next;
  }
  throw cannot_write(path, ELOOP);
}

// Waits where a pipe that somebody made non-blocking is full. Returns 0 or the error.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd full{.fd = descriptor, .events = POLLOUT, .revents = 0};
      poll(&full, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() { close(); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }
  int close() {
    const int descriptor = std::exchange(descriptor_, -1);
    return descriptor < 0 || ::close(descriptor) == 0 ? 0 : errno;
  }

 private:
  int descriptor_;
};

int failed(int returned) { return returned == 0 ? 0 : errno; }

mode_t mode_of_new_file() {
  const mode_t mask = umask(0);
  umask(mask);
  return static_cast<mode_t>(0666 & ~mask);
}

// `old` is the file that is replaced, or null.
int write_new(int descriptor, const std::string& text, const struct stat* old) {
  if (const int error = write_all(descriptor, text)) return error;
  // Only root may give files away; for anybody else it is their own, or it stays as near as it can be.
  if (old != nullptr && (old->st_uid != geteuid() || old->st_gid != getegid())) {
    [[maybe_unused]] const int ignored = fchown(descriptor, old->st_uid, old->st_gid);
  }
  const mode_t mode = old == nullptr ? mode_of_new_file() : static_cast<mode_t>(old->st_mode & 07777);
  if (const int error = failed(fchmod(descriptor, mode))) return error;
  return failed(fsync(descriptor));
}

bool is_refused_by_folder(int error) {
  return error == EACCES || error == EPERM || error == EROFS || error == EBUSY;  // EBUSY: the file is a mount point
}

// Alongside the target, so that the rename stays within one file system.
int write_and_rename(const std::string& target, const std::string& text, const struct stat* old) {
  std::string temporary = folder_of(target) + ".hitbench-XXXXXX";
  File file(mkostemp(temporary.data(), O_CLOEXEC));
  if (file.descriptor() < 0) return errno;
  int error = write_new(file.descriptor(), text, old);
  if (const int closing = file.close(); error == 0) error = closing;
  if (error == 0) error = failed(std::rename(temporary.c_str(), target.c_str()));
  if (error != 0) unlink(temporary.c_str());
  return error;
}

int write_in_place(const std::string& target, const std::string& text, bool regular) {
  File file(open(target.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (file.descriptor() < 0) return errno;
  if (const int error = write_all(file.descriptor(), text)) return error;
  if (regular) {
    if (const int error = failed(ftruncate(file.descriptor(), static_cast<off_t>(text.size())))) return error;
    if (const int error = failed(fsync(file.descriptor()))) return error;
  }
  return file.close();
}

int write_path(const std::string& path, const std::string& text) {
  struct stat old {};
  const bool there = stat(path.c_str(), &old) == 0;
  if (!there && errno != ENOENT) return errno;
  if (there && !S_ISREG(old.st_mode)) return write_in_place(path, text, false);
  const std::string target = target_of(path);
  const int error = write_and_rename(target, text, there ? &old : nullptr);
  return there && is_refused_by_folder(error) ? write_in_place(target, text, true) : error;
}

bool is_regular(const struct stat& info) { return S_ISREG(info.st_mode); }

}  // namespace

void write_output(const std::string& path, const std::string& text) {
  const std::optional<int> descriptor = descriptor_of(path);
  const int error = descriptor ? write_all(*descriptor, text) : write_path(path, text);
  if (error != 0) throw cannot_write(path, error);
}

void check_output(const std::string& path) {
  if (const std::optional<int> descriptor = descriptor_of(path)) {
    if (*descriptor != STDOUT_FILENO && fcntl(*descriptor, F_GETFL) < 0) throw cannot_write(path, errno);
    return;
  }
  const std::string target = target_of(path);
  struct stat info {};
  if (stat(target.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) throw cannot_write(path, EISDIR);
    if (access(target.c_str(), W_OK) != 0) throw cannot_write(path, errno);
    return;
  }
  if (errno != ENOENT) throw cannot_write(path, errno);
  if (access(readable_folder(target).c_str(), W_OK | X_OK) != 0) throw cannot_write(path, errno);
}

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat of_a {
  }, of_b{};
  const bool has_a = stat(a.c_str(), &of_a) == 0, has_b = stat(b.c_str(), &of_b) == 0;
  if (has_a != has_b) return false;
  const auto same = [](const struct stat& x, const struct stat& y) {
    return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
  };
  if (has_a) return is_regular(of_a) && same(of_a, of_b);
  const std::string new_a = target_of(a), new_b = target_of(b);
  if (new_a.substr(folder_of(new_a).size()) != new_b.substr(folder_of(new_b).size())) return false;
  const bool folders =
      stat(readable_folder(new_a).c_str(), &of_a) == 0 && stat(readable_folder(new_b).c_str(), &of_b) == 0;
  return folders ? same(of_a, of_b) : new_a == new_b;
}

}  // namespace hitbench
