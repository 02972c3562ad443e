#include "cache/server_figures.h"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>

namespace hitbench {

std::optional<double> find_figure(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const bool begins = at == 0 || text[at - 1] == '\n' || text[at - 1] == ' ';
    const size_t end = at + name.size();
    if (!begins || end >= text.size() || (text[end] != ':' && text[end] != ' ')) continue;
    double figure = 0;
    const std::from_chars_result parsed = std::from_chars(text.data() + end + 1, text.data() + text.size(), figure);
    if (parsed.ec == std::errc()) return figure;
  }
  return std::nullopt;
}

std::optional<uint64_t> find_count(std::string_view text, std::string_view name) {
  const std::optional<double> figure = find_figure(text, name);
  if (!figure.has_value() || *figure < 0) return std::nullopt;
  return static_cast<uint64_t>(std::llround(*figure));
}

}  // namespace hitbench
