// Bytes as text (RFC 4648, section 4): what JSON and HTML can hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hitbench {

std::string to_base64(std::string_view bytes);

// Nothing for text with other characters. The padding at the end may be missing.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace hitbench
