// Words for people: the nearest known name in every error about an unknown one, and numbers with their nouns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hitbench {

// The candidate that the fewest edits (insert, drop, replace or swap of neighbors) turn `word` into; the first of
// equals, and empty if none is close enough to be meant.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// " Did you mean 'x'?", ready to be appended to a message; empty if nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

// In any locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Without the blanks (space, tab, end of line) around it.
std::string trimmed(std::string_view text);
// ASCII letters in lower case.
std::string lowered(std::string_view text);

// Appends `part` to an enumeration, behind `between` unless it is the first; nothing for an empty part.
void add_part(std::string& line, std::string_view part, std::string_view between = ", ");

// A word as a shell takes it: as it is, or in single quotes.
std::string shell_quoted(std::string_view word);

// "key" for one, else "keys"; also "processes" and "entries".
std::string plural(double count, std::string_view noun);

// "1 key", "1,234 keys".
std::string counted_words(double count, std::string_view noun);
template <class Number>
std::string counted(Number count, std::string_view noun) {
  return counted_words(static_cast<double>(count), noun);
}

}  // namespace hitbench
