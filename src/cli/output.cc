#include "cli/output.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/error.h"
#include "base/file.h"
#include "base/printable.h"
#include "base/text.h"

namespace hitbench {

std::string read_result_file(const std::string& path) { return read_file(path, kLargestResult); }

Result read_result(const std::string& path) {
  const std::string text = read_result_file(path);
  if (is_verdict(text)) throw usage_error(path + " is a verdict, not a result", "give the results themselves");
  return result_from_json(text, path);
}

namespace {

bool shows_progress = true;

// As setlocale(3) finds it: the first of these that is set.
bool has_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string locale = lowered(value);
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

bool is_stdout(const std::string& path) { return path.empty() || path == "-"; }

ReportStyle style_of(const std::string& path) {
  return is_stdout(path) ? terminal_style() : ReportStyle{.hides_columns = false};
}

ReportStyle terminal_style() {
  ReportStyle style;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  style.color =
      terminal && (no_color == nullptr || *no_color == '\0') && term != nullptr && std::strcmp(term, "dumb") != 0;
  winsize size{};
  style.hides_columns = terminal;
  style.utf8 = !terminal || has_utf8();
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    style.width = std::max<int>(80, size.ws_col);
  return style;
}

void hold_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest that is free, and the wrong way round: whoever uses it fails as if it were closed.
    [[maybe_unused]] const int taken = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

void say(const std::string& text) {
  constexpr size_t kLongest = size_t{8} << 10;
  std::fputs(without_middle(printable_lines(redacted(text)), kLongest).c_str(), stderr);
}

void show_progress(const std::string& text) {
  if (shows_progress && isatty(STDERR_FILENO) != 0)
    std::fputs(("\r\033[K" + printable(text)).c_str(), stderr), std::fflush(stderr);
}

void clear_progress() { show_progress(""); }

void quiet_progress() { shows_progress = false; }

bool is_quiet() { return !shows_progress; }

}  // namespace hitbench
