// What a user can mend, or what the environment refuses one row; caught once: in main, or, where it is one row's, in
// engine/run.cc. Operations that fail while a run measures are values (Status::failed), never exceptions.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace hitbench {

class Error : public std::runtime_error {
 public:
  enum class Cause {
    usage,        // the command line or the scenario alone is wrong: exit 2, nothing was started
    environment,  // a server refused, a disk was full: exit 1; a row's own trouble ends that row only
    unavailable,  // a part that this machine lacks (no redis-server): its row is skipped, the others run
  };

  // `what` names the place and the fault; `remedy` says what to type instead (may be empty).
  Error(Cause cause, const std::string& what, std::string remedy = "")
      : std::runtime_error(what), cause_(cause), remedy_(std::move(remedy)) {}

  Cause cause() const { return cause_; }
  const std::string& remedy() const { return remedy_; }

 private:
  Cause cause_;
  std::string remedy_;
};

inline Error usage_error(const std::string& what, std::string remedy = "") {
  return Error(Error::Cause::usage, what, std::move(remedy));
}
inline Error environment_error(const std::string& what, std::string remedy = "") {
  return Error(Error::Cause::environment, what, std::move(remedy));
}
inline Error unavailable(const std::string& what, std::string remedy = "") {
  return Error(Error::Cause::unavailable, what, std::move(remedy));
}

}  // namespace hitbench
