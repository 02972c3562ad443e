// What parent and application processes say to each other over a socket pair: orders as they lie in memory, answers as
// a size and so many bytes. Both ends are one binary.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "app/phase.h"
#include "base/time.h"

namespace hitbench {

bool write_all(int fd, const void* data, size_t size);
// Reads exactly `size` bytes until `deadline`; false on the end of the stream or a timeout.
bool read_all(int fd, void* data, size_t size, Time deadline);

// Answers begin with one letter: 'o' the outcome of a phase (or of setup) follows; 'd' the same, and its sender dies
// now, as it was told to; 'w', 'u' or 's' an Error (environment, usage, unavailable) as what NUL remedy; 'p' it is
// still removing its keys; 'k' so many of them it had to leave.
bool send_message(int fd, std::string_view bytes);
// One message; empty where none came until `deadline`.
std::string read_message(int fd, Time deadline);
std::string error_reply(const class Error& error);
std::string keys_left_reply(uint64_t keys);
uint64_t keys_left_in(std::string_view reply);  // 0 where it says something else
// Throws the Error that the answer is.
PhaseOutcome outcome_of(std::string_view reply);

// The answers of one process, read as far as they have come: a stopped one may be in the middle of an answer.
class Inbox {
 public:
  // Takes what is there without waiting; false at the end of the stream.
  bool fill(int fd);
  std::optional<std::string> take();

 private:
  std::string bytes_;
};

}  // namespace hitbench
