#include "cli/last_result.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "cli/output.h"
#include "cli/state_folder.h"

namespace hitbench {
namespace {

std::filesystem::path last_path() {
  const std::filesystem::path folder = state_folder();
  return folder.empty() ? folder : folder / "last.json";
}

void say_why_not(const std::string& why) {
  say(fmt::format("hitbench: the result is not kept for `hitbench report`: {}\n", why));
}

}  // namespace

bool keep_last_result(const Result& result) {
  const std::filesystem::path path = last_path();
  if (path.empty()) return false;
  try {
    write_state_file(path, result_to_json(result));
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
