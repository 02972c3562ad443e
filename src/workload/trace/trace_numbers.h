// Whole numbers in traces.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace hitbench {

// Of a text that is digits only.
inline std::optional<uint64_t> trace_number(std::string_view text) {
  uint64_t value = 0;
  const char* const end = text.data() + text.size();
  if (text.empty() || !is_digit(text[0])) return std::nullopt;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace hitbench
