#include "cli/last_result.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "cli/state_folder.h"

namespace hitbench {
namespace {

std::filesystem::path last_path() {
  const std::filesystem::path folder = state_folder();
  return folder.empty() ? folder : folder / "last.json";
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

void say_why_not(const std::string& why) {
  say(fmt::format("hitbench: the result is not kept for `hitbench report`: {}\n", why));
}

}  // namespace

bool keep_last_result(const Result& result) {
  const std::filesystem::path path = last_path(), folder = path.parent_path();
  if (path.empty()) return false;
  const Private only_ours;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    say_why_not(folder.string() + ": " + error.message());
    return false;
  }
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
    say_why_not(path.string() + " is no file");
    return false;
  }
  // Its mode is kept: that of an older one may be wider.
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  try {
    write_output(path, result_to_json(result));
  } catch (const Error& failure) {
    say_why_not(failure.what());
    return false;
  }
  return true;
}

std::string last_result_path() {
  const std::filesystem::path path = last_path();
  std::error_code error;
  if (path.empty() || !std::filesystem::exists(path, error)) {
    throw usage_error("no run has been kept yet", "hitbench run, or name a result: hitbench report RESULT.json");
  }
  return path;
}

}  // namespace hitbench
