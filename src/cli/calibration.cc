#include "cli/calibration.h"

#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "cache/twin/times_json.h"
#include "cli/state_folder.h"

namespace hitbench {
namespace {

std::optional<CalibratedTimes> read_calibration() {
  const std::filesystem::path path = calibration_path();
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) return std::nullopt;
  try {
    return times_from_json(read_text_file(path.string()));
  } catch (const Error& error) {
    throw environment_error(path.string() + ": " + error.what(),
                            "hitbench calibrate measures again; or remove the file");
  }
}

}  // namespace

const CalibratedTimes* calibrated_times(const std::vector<RowPlan>& rows) {
  if (rows.empty() || !rows.front().scenario->virtual_clock) return nullptr;
  static const std::optional<CalibratedTimes> times = read_calibration();
  return times ? &*times : nullptr;
}

std::filesystem::path calibration_path() {
  const std::filesystem::path folder = state_folder();
  return folder.empty() ? folder : folder / "calibration.json";
}

}  // namespace hitbench
