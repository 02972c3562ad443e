// Numbers of operations in binary traces: libCacheSim's enumeration (libCacheSim/include/libCacheSim/enum.h).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "workload/workload.h"

namespace hitbench {

inline constexpr uint8_t kNoOperation = 0;  // where the trace does not say

inline std::optional<Action> operation_of_number(uint8_t number) {
  using enum Action;
  // get gets; set add cas replace append prepend; delete; incr decr; read write update
  static constexpr std::array<Action, 14> kActions = {read,  read,  write,  write,  write, write, write,
                                                      write, erase, modify, modify, read,  write, write};
  if (number == kNoOperation || number > kActions.size()) return std::nullopt;
  return kActions[number - size_t{1}];
}

}  // namespace hitbench
