#include "cli/state_folder.h"

#include <sys/stat.h>

#include <cstdlib>

#include "base/error.h"
#include "cli/output_file.h"

namespace hitbench {
namespace {

std::filesystem::path folder_in(const char* variable, const char* below) {
  const char* value = std::getenv(variable);
  if (value == nullptr || value[0] != '/') return {};  // relative ones are to be ignored (XDG Base Directory 0.8)
  return std::filesystem::path(value) / below;
}

// What is written meanwhile is its user's alone.
class Private {
 public:
  Private() : usual_(umask(S_IRWXG | S_IRWXO)) {}
  ~Private() { umask(usual_); }
  Private(const Private&) = delete;
  Private& operator=(const Private&) = delete;

 private:
  const mode_t usual_;
};

}  // namespace

std::filesystem::path state_folder() {
  const std::filesystem::path stated = folder_in("XDG_STATE_HOME", "hitbench");
  return stated.empty() ? folder_in("HOME", ".local/state/hitbench") : stated;
}

void write_state_file(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path folder = path.parent_path();
  const Private only_ours;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw environment_error(folder.string() + ": " + error.message());
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
    throw environment_error(path.string() + " is no file");
  }
  // Its mode is kept: that of an older one may be wider.
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  write_output(path, text);
}

}  // namespace hitbench
