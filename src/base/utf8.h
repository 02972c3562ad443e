// Reads UTF-8 that may be damaged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hitbench {

// One character: its code point and its bytes. A damaged byte counts as a character of its own.
struct Character {
  uint32_t code = 0;
  size_t bytes = 1;
  bool damaged = false;  // code is U+FFFD
};

// `at` < text.size().
Character character_at(std::string_view text, size_t at);

}  // namespace hitbench
