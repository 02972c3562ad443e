#include "cli/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"

namespace hitbench {
namespace {

Error cannot_write(const std::string& path) {
  return world_error(fmt::format("{}: could not be written: {}", path, std::strerror(errno)),
                     "choose another place with --output");
}

void write_whole(std::FILE* file, const std::string& text, const std::string& name) {
  if (std::fwrite(text.data(), 1, text.size(), file) != text.size() || std::fflush(file) != 0) throw cannot_write(name);
}

bool is_regular_or_new(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) != 0 || S_ISREG(info.st_mode);
}

// Beside the target, so that the rename stays within one file system.
void write_and_rename(const std::string& path, const std::string& text) {
  std::string temporary = path + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) throw cannot_write(path);
  std::FILE* file = fdopen(fd, "w");
  try {
    write_whole(file, text, path);
    if (fchmod(fd, 0644) != 0 || fsync(fd) != 0) throw cannot_write(path);
    const bool closed = std::fclose(std::exchange(file, nullptr)) == 0;
    if (!closed || std::rename(temporary.c_str(), path.c_str()) != 0) throw cannot_write(path);
  } catch (const Error&) {
    if (file != nullptr) std::fclose(file);
    unlink(temporary.c_str());
    throw;
  }
}

}  // namespace

void write_output(const std::string& path, const std::string& text) {
  if (path.empty() || path == "-") return write_whole(stdout, text, "stdout");
  if (is_regular_or_new(path)) return write_and_rename(path, text);
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) throw cannot_write(path);
  try {
    write_whole(file, text, path);
  } catch (const Error&) {
    std::fclose(file);
    throw;
  }
  std::fclose(file);
}

void check_output(const std::string& path) {
  if (path.empty() || path == "-") return;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const std::string place = folder.empty() ? "." : folder.string();
  if (std::filesystem::is_directory(path)) errno = EISDIR;
  if (std::filesystem::is_directory(path) || access(place.c_str(), W_OK) != 0) throw cannot_write(path);
}

std::string read_file(const std::string& path) {
  if (std::filesystem::is_directory(path)) throw usage_error(path + ": is a directory", "name a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw usage_error(fmt::format("{}: {}", path, std::strerror(errno)), "check the file's name");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

ReportStyle terminal_style() {
  ReportStyle style;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  style.color =
      terminal && (no_color == nullptr || *no_color == '\0') && term != nullptr && std::strcmp(term, "dumb") != 0;
  winsize size{};
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    style.width = std::max<int>(80, size.ws_col);
  return style;
}

void say(const std::string& text) { std::fputs(text.c_str(), stderr); }

void show_progress(const std::string& text) {
  if (isatty(STDERR_FILENO) != 0) say("\r\033[K" + text), std::fflush(stderr);
}

void clear_progress() { show_progress(""); }

}  // namespace hitbench
