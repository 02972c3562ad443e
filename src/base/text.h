// Help with mistyped words: every error about an unknown name gives the nearest known one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hitbench {

// The candidate that the fewest edits (insert, drop, replace or swap of neighbours) turn `word` into; the first of
// equals, and empty if none is close enough to be meant.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// " Did you mean 'x'?", ready to be appended to a message; empty if nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace hitbench
