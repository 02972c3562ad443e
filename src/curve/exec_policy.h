// A cache that is somebody's program: its hits, by asking it. docs/curve.md has the protocol for its author.
//
// It is started once for each size, with the size as its last argument, without a shell. On its standard input it gets
// a line for each request, the number of the entry, and by bytes its size behind a blank; it answers each with a byte,
// 'h' or 'm', after which the entry is in the cache or not as it decides. A line "-NUMBER" is not answered: the entry
// is no longer valid. It may read ahead and answer late, at the latest after the end of its input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "curve/replay.h"
#include "curve/stack_distances.h"

namespace hitbench {

struct ExecProgram {
  std::vector<std::string> words;                // the program, and arguments before the size
  Duration patience = std::chrono::seconds(30);  // without anything read or answered
};

// "./mine --fast" in words; a program without a slash is looked for in the PATH. Throws Error{usage}.
ExecProgram program_of(const std::string& command);

// Blocks the thread. Throws Error{environment} for a program that cannot be started, ends early, answers anything else,
// too much, or not for too long. SIGPIPE must be ignored.
SizeHits ask_program(const Replay& replay, const ExecProgram& program, uint64_t size, bool by_bytes);

}  // namespace hitbench
