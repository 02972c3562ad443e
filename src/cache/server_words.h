// What a cache server, its client library or the way to it said when it refused: how such texts are kept, and what a
// user can do about those that are known. The remedies are one table, in server_words.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/tally.h"

namespace hitbench {

// A refusal in the server's own words. Those that differ in what they quote only (a key, a slot, an address) are of one
// kind.
void note_refusal(Tally& words, std::string_view text);
// A connection that could not be made: "Connection refused". Returns the remedy, where one is known.
std::string note_no_connection(Tally& words, std::string_view why);
// One that the server ended, with the kernel's reason or none.
void note_lost(Tally& words, std::string_view why);
// Bytes that are no reply of the protocol.
void note_malformed(Tally& words, std::string_view bytes);
// Calls whose deadline came before an answer.
void note_timeouts(Tally& words, uint64_t calls);

// What to do about such a text; empty where it is not known. `files_needed` is the limit of open files that the run
// would need, where that is known.
std::string remedy_for(std::string_view text, uint64_t files_needed = 0);

// Whether it is the text of note_timeouts.
bool is_timeout(std::string_view text);

}  // namespace hitbench
