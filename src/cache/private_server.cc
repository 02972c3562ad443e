#include "cache/private_server.h"

#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/error.h"
#include "io/run_directory.h"

namespace hitbench {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kStartTimeout{5};
constexpr std::chrono::milliseconds kProbeEvery{5};
// Between finding a free port and the server's bind someone else may take it.
constexpr int kAttempts = 3;

std::string find_server(const PrivateServerSpec& spec) {
  if (spec.program.find('/') != std::string::npos) {
    if (access(spec.program.c_str(), X_OK) == 0) return spec.program;
    throw unavailable(spec.program + ": there is no such program", "correct \"server\"");
  }
  if (std::optional<std::string> path = find_program(spec.program)) return *path;
  throw unavailable(spec.program + " is not on the PATH", spec.remedy);
}

Address choose_address(const PrivateServerSpec& spec, int number) {
  if (!spec.unix_socket) return {.unix = false, .host_or_path = "127.0.0.1", .port = free_port()};
  return {.unix = true, .host_or_path = run_directory() + "/" + spec.name + "-" + std::to_string(number) + ".sock"};
}

}  // namespace

PrivateServer::PrivateServer(const PrivateServerSpec& spec) {
  static int number = 0;  // of servers that this process started; main thread only
  const std::string program = find_server(spec);
  raise_file_limit();
  std::string why, log;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    address_ = choose_address(spec, ++number);
    std::vector<std::string> argv = spec.arguments(address_);
    argv.insert(argv.begin(), program);
    process_ = std::make_unique<ServerProcess>(
        argv, run_directory() + "/" + spec.name + "-" + std::to_string(number) + ".log");
    if (wait_until_ready(spec, why)) return;
    log = process_->log_tail();
    const bool ended = !process_->running();
    process_.reset();
    if (!ended) break;
  }
  throw world_error(
      spec.name + ": " + program + " did not come up: " + why + (log.empty() ? "" : "; the end of its log:\n" + log),
      "correct \"args\" or \"server\"");
}

bool PrivateServer::wait_until_ready(const PrivateServerSpec& spec, std::string& why) {
  const steady_clock::time_point end = steady_clock::now() + kStartTimeout;
  while (steady_clock::now() < end) {
    why = spec.probe(address_);
    if (!process_->running()) {
      why = "it ended";
      return false;
    }
    if (why.empty()) return true;
    std::this_thread::sleep_for(kProbeEvery);
  }
  return false;
}

}  // namespace hitbench
