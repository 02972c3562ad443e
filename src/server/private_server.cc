#include "server/private_server.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"
#include "io/listener.h"
#include "io/run_directory.h"
#include "io/strays.h"

namespace hitbench {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kStartTimeout{5};
constexpr std::chrono::seconds kRestartTimeout{30};  // it reads its data first
constexpr std::chrono::milliseconds kProbeEvery{5};
// Between finding a free port and the server's bind someone else may take it. Somebody who takes every one wins no
// more than this.
constexpr int kAttempts = 5;

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

std::string make_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0) throw environment_error("cannot make " + path + ": " + std::strerror(errno));
  return path;
}

}  // namespace

PrivateServer::PrivateServer(PrivateServerSpec spec)
    : spec_(std::move(spec)), program_(find_server(spec_)), owner_(getpid()) {
  static int number = 0;  // of servers that this process started; main thread only
  raise_file_limit();
  adopt_orphans();
  std::string why, log;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    address_ = choose_address(spec_, ++number);
    directory_ = make_directory(run_directory() + "/" + spec_.name + "-" + std::to_string(number));
    launch();
    if (wait_until_ready(kStartTimeout, why)) return;
    log = process_->log_tail();
    const bool ended = !process_->running();
    end();
    if (!ended) break;
  }
  fail(why, log);
}

PrivateServer::~PrivateServer() {
  end();
  std::error_code ignored;
  if (owner_ == getpid()) std::filesystem::remove_all(directory_, ignored);
}

void PrivateServer::launch() {
  std::vector<std::string> argv = spec_.arguments(address_, directory_);
  argv.insert(argv.begin(), program_);
  process_ = std::make_unique<ServerProcess>(argv, directory_ + ".log", "", spec_.cpus);
}

void PrivateServer::kill() {
  process_->signal(SIGKILL);
  end();
}

// With what a wrapper has put outside the group.
void PrivateServer::end() {
  if (!process_ || owner_ != getpid()) return process_.reset();
  const Strays strays(process_->pid());
  if (spec_.is_killed) process_->signal(SIGKILL);
  process_.reset();
  strays.kill();
  end_adopted();
}

void PrivateServer::restart() {
  launch();
  std::string why;
  if (!wait_until_ready(kRestartTimeout, why)) fail(why, process_->log_tail());
}

void PrivateServer::fail(const std::string& why, const std::string& log) const {
  throw environment_error(
      spec_.name + ": " + program_ + " did not come up: " + why + (log.empty() ? "" : "; the end of its log:\n" + log),
      "correct \"args\" or \"server\"");
}

bool PrivateServer::listens() const { return listener() == Listener::ours; }

// A Unix socket is in our own directory: whoever listens there comes from our server, but perhaps not of its group.
Listener PrivateServer::listener() const {
  return address_.unix ? listener_of(address_.host_or_path, process_->pid())
                       : listener_of(address_.port, process_->pid());
}

void PrivateServer::look_after() {
  if (!process_) return;  // kill()
  process_->bound_log();
  if (!process_->running()) has_died(process_->ending());
}

void PrivateServer::check_listener() {
  if (!process_) return;
  const Listener whose = listener();
  if (whose == Listener::none) has_died("nothing listens on " + address_.text() + " any more");
  if (whose == Listener::ours) return;
  throw environment_error(
      spec_.name + ": somebody else's process listens on " + address_.text() + ", where the private server was",
      "use \"transport\": \"unix\", which no other user can reach");
}

void PrivateServer::has_died(const std::string& how) const {
  const std::string log = process_ ? process_->log_tail() : "";
  throw environment_error(spec_.name + ": the private server died while it was used: " + how +
                              (log.empty() ? "" : "; the end of its log:\n" + log),
                          "see why in its log; is there enough memory?");
}

// A stranger on the port is not even asked: the question has our password in it.
bool PrivateServer::wait_until_ready(Duration patience, std::string& why) {
  const steady_clock::time_point end = steady_clock::now() + patience;
  why = "nothing listens on " + address_.text();
  while (steady_clock::now() < end) {
    if (listens()) why = spec_.probe(address_);
    if (!process_->running()) {
      why = process_->ending();
      return false;
    }
    if (why.empty()) return true;
    if (spec_.interrupted != nullptr && *spec_.interrupted) throw environment_error("interrupted");
    std::this_thread::sleep_for(kProbeEvery);
  }
  if (!listens()) why = "what listens on " + address_.text() + " is none of its processes";
  return false;
}

}  // namespace hitbench
