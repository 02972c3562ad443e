// What traces call their operations: memcached's commands, those of Meta's caches, and HTTP's methods.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "workload/workload.h"

namespace hitbench {

// In upper or lower case; nothing for a word that is none of them.
inline std::optional<Action> operation_of_word(std::string_view word) {
  using enum Action;
  static constexpr std::array<std::pair<std::string_view, Action>, 20> kWords = {{
      {"get", read},      {"gets", read}, {"read", read},     {"head", read},       {"get_lease", read},
      {"set", write},     {"add", write}, {"replace", write}, {"cas", write},       {"append", write},
      {"prepend", write}, {"put", write}, {"post", write},    {"set_lease", write}, {"write", write},
      {"delete", erase},  {"del", erase}, {"erase", erase},   {"incr", modify},     {"decr", modify},
  }};
  if (word.size() > 9) return std::nullopt;  // and so short that its copy needs no memory
  const std::string small = lowered(word);
  for (const auto& [name, action] : kWords) {
    if (small == name) return action;
  }
  return std::nullopt;
}

}  // namespace hitbench
