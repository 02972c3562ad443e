#include "base/random_name.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/error.h"

namespace hitbench {

std::string random_name() {
  constexpr std::string_view kDigits =
      "abcdefghijklmnopqrstuvwxyz234567";  // base 32 (RFC 4648), so no digit is likelier
  std::array<uint8_t, 26> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw environment_error(std::string("the kernel provides no random numbers: ") + std::strerror(errno));
  }
  std::string name;
  for (const uint8_t byte : bytes) name += kDigits[byte % kDigits.size()];
  return name;
}

}  // namespace hitbench
