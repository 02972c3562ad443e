// A key and the bytes that go with it, as every layer passes them. Both views belong to the caller.
#pragma once

#include <cstdint>
#include <string_view>

namespace hitbench {

using Bytes = std::string_view;

struct Key {
  uint64_t id = 0;  // its place in the key space; keys that the origin does not have lie at kFirstAbsentKey and above
  Bytes text;       // what caches and origins see; 1 to 250 printable bytes without blanks (memcached's limit)
};

inline constexpr uint64_t kFirstAbsentKey = uint64_t{1} << 62;

}  // namespace hitbench
