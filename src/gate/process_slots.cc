#include "gate/process_slots.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/units.h"
#include "io/child_process.h"
#include "io/run_directory.h"

namespace hitbench {
namespace {

namespace fs = std::filesystem;

constexpr Duration kStep = std::chrono::milliseconds(5);  // between looks at a slot

// A slot that is told to end removes what it left on a user's own server.
constexpr Duration kTidyingUp = std::chrono::seconds(20);

std::string words_of(int code, const std::string& log) {
  std::string words = code > 128 ? fmt::format("killed by signal {}", code - 128) : fmt::format("exit code {}", code);
  if (!log.empty()) words += ": " + log.substr(0, log.find_last_not_of('\n') + 1);
  return words;
}

// Whatever the exit code was: a missed threshold or a row that was skipped still makes a result.
void read_result(const std::string& path, const std::string& failure, Slot& slot) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    slot.failure = failure.empty() ? "it wrote no result" : failure;
    return;
  }
  try {
    slot.result = result_from_json(read_file(path, kLargestResult), "the slot's result");
    if (slot.result->complete) return;
    slot.failure = "it was interrupted";
  } catch (const Error& error) {
    slot.failure = error.what();
  }
  slot.result.reset();
}

}  // namespace

std::string own_binary() { return fs::read_symlink("/proc/self/exe").string(); }

ProcessSlots::ProcessSlots(SideCommand base, SideCommand candidate, const std::atomic<bool>& interrupted)
    : base_(std::move(base)), candidate_(std::move(candidate)), interrupted_(interrupted) {
  // A slot keeps its result, too: not in place of the last one of the user's own.
  setenv("XDG_STATE_HOME", run_directory().c_str(), 1);
}

std::vector<std::string> ProcessSlots::command(const SideCommand& side, uint64_t seed,
                                               const std::string& output) const {
  std::vector<std::string> words{side.binary, "run", side.scenario};
  const auto add = [&](const std::vector<std::string>& sets) {
    for (const std::string& set : sets) words.insert(words.end(), {"--set", set});
  };
  words.insert(words.end(), side.flags.begin(), side.flags.end());
  add(side.sets);
  add(sets_);
  add({fmt::format("seed={}", seed)});
  words.insert(words.end(), {"--format", "json", "--output", output});
  return words;
}

// Empty if it ended well; else what happened.
std::string ProcessSlots::wait_for(const std::vector<std::string>& command, const std::string& log) {
  ServerProcess process(command, log, fs::current_path().string());
  const auto begin = std::chrono::steady_clock::now();
  while (process.running()) {
    if (interrupted_) return process.stop(kTidyingUp), "interrupted";
    if (std::chrono::steady_clock::now() - begin > limit_) return "it took longer than " + format_duration(limit_);
    pause_thread(kStep);
  }
  const int code = process.exit_code();
  return code == 0 ? "" : words_of(code, process.log_tail());
}

Slot ProcessSlots::run(Side side, uint64_t seed) {
  const std::string output = run_directory() + "/slot.json", log = run_directory() + "/slot.log";
  std::error_code ignored;
  fs::remove(output, ignored);
  fs::remove(log, ignored);
  Slot slot;
  const double before = control_.piece_ns();
  std::string failure;
  try {
    failure = wait_for(command(side == Side::base ? base_ : candidate_, seed, output), log);
  } catch (const Error& error) {
    failure = error.what();
  }
  slot.control_ns = (before + control_.piece_ns()) / 2;
  read_result(output, failure, slot);
  return slot;
}

}  // namespace hitbench
